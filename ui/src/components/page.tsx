import type { ReactNode } from 'react';

interface PageProps {
  title: ReactNode;
  /** One sentence under the title: what is so, since when. */
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** Title, sentence, content: the frame of every page but the map. */
export function Page({ title, sentence, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex max-w-[1760px] flex-col gap-(--gap) p-(--gap) pb-12">
      <header className="flex flex-wrap items-end gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <h1 className="text-xl tracking-tight">{title}</h1>
          {sentence !== undefined && <div className="mt-0.5 max-w-prose text-pretty text-ink-2">{sentence}</div>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
