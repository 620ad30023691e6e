import { type ReactNode, useId } from 'react';
import { classes } from './classes.js';

interface PanelProps {
  title: string;
  /** Beside the title: what the panel is about, in a few quiet words. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Tables and lists reach the panel's edges. */
  flush?: boolean;
}

/** A titled region: the one kind of box in the product. */
export function Panel({ title, note, actions, children, className, flush = false }: PanelProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes('flex min-w-0 flex-col rounded-lg border border-line bg-surface', className)}>
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5">
        <h2 id={id} className="text-base">
          {title}
        </h2>
        {note !== undefined && <div className="text-sm text-ink-3">{note}</div>}
        {actions !== undefined && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </header>
      <div className={classes('min-w-0 flex-1', flush ? 'pb-1' : 'px-4 pb-4')}>{children}</div>
    </section>
  );
}
