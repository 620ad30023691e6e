import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button.js';

interface SheetFrameProps {
  label: string;
  title: ReactNode;
  children: ReactNode;
  onClose?: () => void;
}

/** The panel beside the map; on a phone a sheet over its lower half. */
export function SheetFrame({ label, title, children, onClose }: SheetFrameProps) {
  return (
    <aside
      data-map-control
      aria-label={label}
      className="absolute inset-x-0 bottom-0 z-20 flex max-h-[58%] flex-col rounded-t-xl border-t border-line bg-surface shadow-(--shadow) md:inset-x-auto md:top-3 md:right-3 md:bottom-3 md:max-h-none md:w-[390px] md:rounded-lg md:border"
    >
      <header className="flex min-h-11 items-center gap-2 border-b border-line pr-1.5 pl-4">
        <h2 className="min-w-0 flex-1 truncate text-base">{title}</h2>
        {onClose && (
          <Button look="plain" className="px-0" onClick={onClose} aria-label="Close the panel" title="Close (Escape)">
            <X size={16} aria-hidden />
          </Button>
        )}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
    </aside>
  );
}
