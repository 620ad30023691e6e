import type { Anomaly, AnomalyEvidence } from '@observatory/contracts';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Panel } from '../../components/panel.js';
import { Severity, Tag } from '../../components/marks.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { Score, StateTag } from './marks.js';
import { asSentence, withArrows } from '../../lib/format.js';
import { goesOn } from '../../lib/scores.js';
import { aboutFacts, evidenceNotes } from './model/incident-view.js';
import { TYPE_WORDS } from './model/words.js';
import { SubjectLink } from './subject-link.js';

const SHOWN = 8;
const SHOWN_MAX = 200;

/** What was seen where, in words and figures: why we think so. `elsewhere`: it went to another incident with all of it. */
export function EvidencePanel({ members, elsewhere }: { members: readonly Anomaly[]; elsewhere: boolean }) {
  const [all, setAll] = useState(false);
  const sorted = members.toSorted((a, b) => Number(goesOn(b.state)) - Number(goesOn(a.state)) || b.peakScore - a.peakScore);
  return (
    <Panel title="Evidence" note={members.length === 0 ? undefined : String(members.length)} flush>
      {members.length === 0 && (
        <p className="px-4 py-3 text-sm text-ink-3">
          {elsewhere ? 'It stands in the older incident, which this one became part of.' : 'No evidence is kept for it any more.'}
        </p>
      )}
      <ul className="divide-y divide-line border-t border-line">
        {sorted.slice(0, all ? SHOWN_MAX : SHOWN).map((anomaly) => (
          <Member key={anomaly.id} anomaly={anomaly} />
        ))}
      </ul>
      {members.length > SHOWN && (
        <div className="flex justify-center border-t border-line py-1.5">
          <Button look="link" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Only the most unusual' : `${Math.min(members.length, SHOWN_MAX) - SHOWN} more`}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Member({ anomaly }: { anomaly: Anomaly }) {
  const { subject, type, category, severity, state, peakScore, startedAt, closedAt, evidence, technique } = anomaly;
  const about = aboutFacts(anomaly);
  return (
    <li className="px-4 py-2.5 text-sm">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Severity of={severity} over={!goesOn(state)} />
        <SubjectLink id={subject.id} label={withArrows(subject.label)} className="font-medium" />
        <Tag tone={category === 'security' ? 'accent' : 'quiet'}>{TYPE_WORDS[type]}</Tag>
        <Score score={peakScore} words />
        <span className="text-ink-3">
          began <When at={startedAt} />
          {closedAt !== undefined && (
            <>
              , ended <When at={closedAt} />
            </>
          )}
        </span>
        {state !== 'open' && <StateTag state={state} />}
      </p>
      {(technique !== undefined || about.length > 0) && (
        <p className="mt-1 flex flex-wrap gap-x-4 text-ink-2">
          {technique && <Technique technique={technique} />}
          {about.map(({ name, value }) => (
            <span key={`${name} ${value}`}>
              <span className="text-ink-3">{name}</span> <span className="break-all">{value}</span>
            </span>
          ))}
        </p>
      )}
      <ul className="mt-1 flex flex-col gap-1.5">
        {evidence.map((each) => (
          <Evidence key={`${each.signal} ${each.words}`} evidence={each} />
        ))}
      </ul>
    </li>
  );
}

function Technique({ technique: { id, name, tactic } }: { technique: NonNullable<Anomaly['technique']> }) {
  return (
    <a
      href={`https://attack.mitre.org/techniques/${id.replace('.', '/')}/`}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 text-accent hover:underline"
      title={`MITRE ATT&CK, ${tactic}`}
    >
      {id} {name} <ExternalLink size={12} aria-hidden />
    </a>
  );
}

function Evidence({ evidence }: { evidence: AnomalyEvidence }) {
  return (
    <li className="text-pretty">
      <Words text={asSentence(evidence.words)} />
      {evidenceNotes(evidence).map((note) => (
        <span key={note} className="ml-3 text-ink-3">
          {note}
        </span>
      ))}
    </li>
  );
}
