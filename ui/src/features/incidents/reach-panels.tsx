import type { IncidentChange, IncidentDetail } from '@observatory/contracts';
import { FileKey, Package, ScrollText, Server } from 'lucide-react';
import { Panel } from '../../components/panel.js';
import { Tag } from '../../components/marks.js';
import { Words } from '../../components/words.js';
import { absoluteTime, asSentence } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { beforeWords, blastWords } from './model/incident-view.js';
import { SubjectLink } from './subject-link.js';

const ICONS = { deployment: Package, policy: ScrollText, certificate: FileKey, workload: Server };

/** What the suite itself recorded shortly before it began, and what it could not look for. */
export function ChangesPanel({ incident: { changes, changesUnknown, startedAt } }: { incident: IncidentDetail }) {
  return (
    <Panel title="What changed just before" note={changes.length > 0 ? String(changes.length) : undefined}>
      {changes.length === 0 && <p className="text-sm text-ink-2">Nothing that is recorded changed shortly before it began.</p>}
      <ul className="flex flex-col gap-2 text-sm">
        {changes.map((change) => (
          <Change key={`${change.kind} ${change.at} ${change.namespace}/${change.name}`} change={change} startedAt={startedAt} />
        ))}
      </ul>
      {changesUnknown.length > 0 && (
        <ul aria-label="Not known" className="mt-2 text-sm text-degraded-ink">
          {changesUnknown.map((line) => (
            <li key={line}>Not known: {line}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Change({ change: { kind, at, words, onCause }, startedAt }: { change: IncidentChange; startedAt: string }) {
  const zone = usePreferences((preferences) => preferences.zone);
  const Icon = ICONS[kind];
  return (
    <li className="flex items-start gap-2.5">
      <Icon size={14} aria-hidden className="mt-0.5 shrink-0 text-ink-3" />
      <span className="min-w-0 text-pretty">
        <time dateTime={at} title={absoluteTime(at, zone)} className="text-ink-3">
          {beforeWords(at, startedAt)}
        </time>
        : <Words text={asSentence(words)} /> {onCause && <Tag tone="accent">at the probable cause</Tag>}
      </span>
    </li>
  );
}

const SHOWN = 12;

/** Who shows it, and who may feel it next. */
export function BlastPanel({ incident }: { incident: IncidentDetail }) {
  const { affectedNodes, affectedEdges, exposedNodes } = incident.blast;
  return (
    <Panel title="What it reaches">
      <p className="text-sm text-pretty">{blastWords(incident)}</p>
      <Names title="Affected" ids={[...affectedNodes, ...affectedEdges]} />
      <Names title="May feel it next" ids={exposedNodes} />
    </Panel>
  );
}

function Names({ title, ids }: { title: string; ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <section className="mt-2 text-sm">
      <h3 className="text-sm text-ink-3">{title}</h3>
      <ul className="flex flex-wrap gap-x-3 gap-y-0.5">
        {ids.slice(0, SHOWN).map((id) => (
          <li key={id} className="min-w-0 break-words">
            <SubjectLink id={id} />
          </li>
        ))}
        {ids.length > SHOWN && <li className="text-ink-3">and {ids.length - SHOWN} more</li>}
      </ul>
    </section>
  );
}
