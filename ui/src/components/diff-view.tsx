import { classes } from './classes.js';

interface DiffViewProps {
  label: string;
  lines: readonly { kind: 'added' | 'removed' | 'same' | 'gap'; text: string; before: number | undefined; after: number | undefined }[];
}

const SIGNS = { added: '+', removed: '−', same: ' ', gap: '⋯' };
const LOOKS = { added: 'bg-accent-soft', removed: 'bg-degraded-soft', same: '', gap: 'text-ink-3' };
const WORDS = { added: 'added: ', removed: 'removed: ', same: '', gap: '' };

/** What changed between two texts: sign and colour, with both line numbers. */
export function DiffView({ label, lines }: DiffViewProps) {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      role="region"
      aria-label={label}
      className="max-h-96 overflow-auto rounded-md border border-line bg-bg py-1 font-mono text-xs leading-5"
    >
      {lines.map(({ kind, text, before, after }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines have no other name than their place
        <div key={index} className={classes('flex min-w-max', LOOKS[kind])}>
          <span aria-hidden className="w-9 shrink-0 pr-2 text-right text-ink-3 select-none">
            {before ?? ''}
          </span>
          <span aria-hidden className="w-9 shrink-0 pr-2 text-right text-ink-3 select-none">
            {after ?? ''}
          </span>
          <span aria-hidden className="w-4 shrink-0 select-none">
            {SIGNS[kind]}
          </span>
          <span className="sr-only">{WORDS[kind]}</span>
          <span className="pr-4 whitespace-pre">{text}</span>
        </div>
      ))}
    </div>
  );
}
