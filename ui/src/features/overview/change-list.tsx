import { Link } from '@tanstack/react-router';
import { ArrowDownRight, ArrowUpRight, Equal, Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { NodeLink } from '../../components/node-link.js';
import type { ChangeLine } from './model/changes.js';

const FIRST = 8;
const KINDS = {
  worse: { icon: ArrowDownRight, label: 'Worse', colour: 'text-failing' },
  better: { icon: ArrowUpRight, label: 'Better', colour: 'text-ink-2' },
  added: { icon: Plus, label: 'New', colour: 'text-accent' },
  removed: { icon: Minus, label: 'Gone', colour: 'text-degraded' },
  changed: { icon: Equal, label: 'Changed', colour: 'text-ink-3' },
};

export function ChangeList({ lines }: { lines: readonly ChangeLine[] }) {
  const [all, setAll] = useState(false);
  if (lines.length === 0)
    return (
      <p className="px-4 py-6 text-center text-sm text-ink-3">Nothing changed beyond noise: same workloads, same paths, same health.</p>
    );
  const shown = all ? lines : lines.slice(0, FIRST);
  return (
    <>
      <ul className="text-sm">
        {shown.map((line) => (
          <ChangeRow key={`${line.kind} ${line.id}`} line={line} />
        ))}
      </ul>
      {lines.length > FIRST && (
        <Button look="link" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${lines.length}`}
        </Button>
      )}
    </>
  );
}

function ChangeRow({ line }: { line: ChangeLine }) {
  const { icon: Icon, label, colour } = KINDS[line.kind];
  return (
    <li className="flex items-start gap-2.5 px-4 py-1.5">
      <span title={label} className={colour}>
        <Icon size={15} aria-hidden className="mt-0.5" />
        <span className="sr-only">{label}: </span>
      </span>
      <span className="min-w-0">
        <span className="font-medium break-words">
          <Subject line={line} />
        </span>{' '}
        <span className="text-ink-2">{line.text}</span>
      </span>
    </li>
  );
}

function Subject({ line: { subject, target } }: { line: ChangeLine }) {
  if (target.kind === 'node') return <NodeLink node={target.node} />;
  return (
    <Link to="/edges/$edgeId" params={{ edgeId: target.edgeId }} className="hover:text-accent hover:underline">
      {subject}
    </Link>
  );
}
