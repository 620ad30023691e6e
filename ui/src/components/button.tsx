import type { ButtonHTMLAttributes } from 'react';
import { classes } from './classes.js';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `plain` is a borderless icon or text; `solid` the one main action of a view. */
  look?: 'outline' | 'plain' | 'solid';
}

const LOOKS = {
  outline: 'border border-line-strong bg-surface text-ink hover:bg-inset',
  plain: 'text-ink-2 hover:bg-inset hover:text-ink',
  solid: 'bg-accent text-on-accent hover:brightness-110',
};

export function Button({ look = 'outline', className, type = 'button', ...rest }: ButtonProps) {
  const base =
    'inline-flex h-(--control) min-w-(--control) shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 text-sm font-medium ' +
    'transition-colors duration-100 disabled:opacity-50 aria-pressed:bg-accent-soft aria-pressed:text-ink data-[state=open]:bg-inset';
  return <button type={type} className={classes(base, LOOKS[look], className)} {...rest} />;
}
