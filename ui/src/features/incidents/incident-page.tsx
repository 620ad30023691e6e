import type { IncidentDetail } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ComponentType, useMemo, useState } from 'react';
import { SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { Severity, Tag } from '../../components/marks.js';
import { Words } from '../../components/words.js';
import { incidentQuery } from '../../lib/anomaly-queries.js';
import type { MapPaint } from '../../lib/map-paint.js';
import { usePreferences } from '../../lib/preferences.js';
import { goesOn } from '../../lib/scores.js';
import { useNow } from '../../lib/use-now.js';
import { CausePanel } from './cause-panel.js';
import { EvidencePanel } from './evidence-panel.js';
import { HistoryPanel } from './history-panel.js';
import { IncidentActions } from './incident-actions.js';
import { IncidentFrame } from './incident-frame.js';
import { StateTag } from './marks.js';
import { placeWords } from './model/incident-list.js';
import { incidentMesh, incidentPaint } from './model/incident-paint.js';
import { chartSpan, chartSubjects, incidentWords, mergedInto } from './model/incident-view.js';
import { TYPE_WORDS } from './model/words.js';
import { BlastPanel, ChangesPanel } from './reach-panels.js';
import { SignalCharts } from './signal-charts.js';
import { OtherIncident } from './other-incident.js';
import { SubjectLink } from './subject-link.js';

export interface IncidentMapProps {
  paint: MapPaint;
  of: ReturnType<typeof incidentMesh>;
}
type IncidentMap = ComponentType<IncidentMapProps>;

/** One incident: where it probably starts and why we think so, what it reaches, what changed before, what became of it. */
export function IncidentPage({ Map }: { Map: IncidentMap }) {
  const { id } = useParams({ from: '/incidents/$id' });
  const query = useQuery(incidentQuery(id));
  const incident = query.data?.incident;
  return (
    <IncidentFrame
      title={incident ? <Title incident={incident} /> : 'Incident'}
      sentence={incident ? <Sentence incident={incident} /> : query.isPending && <Skeleton className="h-10 w-96 max-w-full" />}
      actions={incident && <IncidentActions incident={incident} />}
    >
      {query.data && <StaleBanner sources={query.data.sources} />}
      <QueryView query={query} skeleton={<Skeleton className="h-96" />} title="Incident">
        {(reply) => <Parts incident={reply.incident} Map={Map} />}
      </QueryView>
    </IncidentFrame>
  );
}

function Title({ incident: { title, severity, state } }: { incident: IncidentDetail }) {
  return (
    <span className="text-pretty">
      <span className="mr-2 align-middle">
        <Severity of={severity} over={!goesOn(state)} />
      </span>
      <Words text={title} />
      <span className="ml-2.5 inline-flex align-middle">
        <StateTag state={state} />
      </span>
    </span>
  );
}

function Sentence({ incident }: { incident: IncidentDetail }) {
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  const older = mergedInto(incident);
  return (
    <>
      <p>
        {incidentWords(incident, { zone, now })} {older !== undefined && <OtherIncident id={older}>Open it</OtherIncident>}
      </p>
      <p className="flex flex-wrap items-center gap-1 text-sm text-ink-3">
        {placeWords(incident)}
        {incident.types.map((type) => (
          <Tag key={type} tone={incident.category === 'security' ? 'accent' : 'quiet'}>
            {TYPE_WORDS[type]}
          </Tag>
        ))}
      </p>
    </>
  );
}

function Parts({ incident, Map }: { incident: IncidentDetail; Map: IncidentMap }) {
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) xl:grid-cols-2">
        <CausePanel incident={incident} />
        <div className="flex flex-col gap-(--gap)">
          <ChangesPanel incident={incident} />
          <BlastPanel incident={incident} />
        </div>
      </div>
      <MapPanel incident={incident} Map={Map} />
      <SignalPanel incident={incident} />
      <EvidencePanel members={incident.members} elsewhere={mergedInto(incident) !== undefined} />
      <HistoryPanel incident={incident} />
    </>
  );
}

/** The affected part of the mesh, coloured by score. */
function MapPanel({ incident, Map }: { incident: IncidentDetail; Map: IncidentMap }) {
  const paint = useMemo(() => incidentPaint(incident), [incident]);
  const { state, closedAt, updatedAt } = incident;
  const namespaces = incident.namespaces.join(',');
  const of = useMemo(
    () => incidentMesh({ state, closedAt, updatedAt, namespaces: namespaces.split(',') }),
    [state, closedAt, updatedAt, namespaces],
  );
  return (
    <Panel title="The affected part of the mesh" note="coloured by the highest score; a click leads to the whole map" flush>
      <Map paint={paint} of={of} />
    </Panel>
  );
}

/** The signals of what is affected, from before it began; the changes before it stand on the axis. */
function SignalPanel({ incident }: { incident: IncidentDetail }) {
  const subjects = useMemo(() => chartSubjects(incident), [incident]);
  const [chosen, setChosen] = useState<string>();
  const { from, to } = chartSpan(incident);
  const args = useMemo(() => ({ from, to }), [from, to]);
  const marks = useMemo(() => incident.changes.map(({ at }) => ({ from: at, to: at, colour: 'accent' })), [incident.changes]);
  const subject = subjects.find(({ id }) => id === chosen) ?? subjects[0];
  if (!subject) return null;
  return (
    <Panel
      title="Signals"
      note={<SubjectLink id={subject.id} label={`${subject.label}: seen, and what was to be expected`} />}
      actions={
        subjects.length > 1 && (
          <SelectField
            label="Whose signals"
            value={subject.id}
            options={subjects.map(({ id, label }) => ({ value: id, label }))}
            onChange={setChosen}
            className="max-w-72"
          />
        )
      }
    >
      <SignalCharts key={subject.id} subject={subject.id} args={args} marks={marks} />
      {marks.length > 0 && <p className="mt-2 text-xs text-ink-3">A blue line: something changed just before.</p>}
    </Panel>
  );
}
