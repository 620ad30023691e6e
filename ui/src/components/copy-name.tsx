import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { classes } from './classes.js';

interface CopyNameProps {
  /** What is copied. */
  text: string;
  /** What is shown; the text itself by default. */
  children?: ReactNode;
  className?: string;
}

/** A name with a button that copies it. The button says that it did, in place of a toast. */
export function CopyName({ text, children, className }: CopyNameProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  const Icon = copied ? Check : Copy;
  return (
    <span className={classes('group/copy inline-flex min-w-0 items-center gap-1', className)}>
      <span className="min-w-0 truncate" title={text}>
        {children ?? text}
      </span>
      <button
        type="button"
        onClick={copy}
        aria-label={copied ? `Copied ${text}` : `Copy ${text}`}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-ink-3 opacity-60 hover:bg-inset hover:text-ink hover:opacity-100 focus-visible:opacity-100"
      >
        <Icon size={13} aria-hidden />
      </button>
    </span>
  );
}
