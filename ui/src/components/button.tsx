import type { ButtonHTMLAttributes } from 'react';
import { classes } from './classes.js';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `plain` is a borderless icon or text; `solid` the one main action of a view. */
  look?: 'outline' | 'plain' | 'solid' | 'link';
  size?: 'normal' | 'small';
}

const LOOKS = {
  outline: 'border border-line-mid bg-surface text-ink hover:bg-inset',
  plain: 'text-ink-2 hover:bg-inset hover:text-ink',
  link: 'text-accent hover:underline',
  solid: 'bg-accent text-on-accent hover:brightness-110',
};

const SIZES = { normal: 'h-(--control) min-w-(--control) px-2.5', small: 'h-7 min-w-7 px-1.5' };

export function Button({ look = 'outline', size = 'normal', className, type = 'button', ...rest }: ButtonProps) {
  const base =
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md text-sm font-medium ' +
    'transition-colors duration-100 disabled:opacity-50 aria-pressed:bg-accent-soft aria-pressed:text-ink data-[state=open]:bg-inset';
  return <button type={type} className={classes(base, SIZES[size], LOOKS[look], className)} {...rest} />;
}
