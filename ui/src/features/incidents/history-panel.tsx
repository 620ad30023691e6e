import type { IncidentDetail } from '@observatory/contracts';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { history } from './model/incident-view.js';
import { OtherIncident } from './other-incident.js';

/** What the detection saw and what people did, the newest first. */
export function HistoryPanel({ incident }: { incident: IncidentDetail }) {
  return (
    <Panel title="History">
      <ol className="flex flex-col gap-1.5 text-sm">
        {history(incident).map(({ at, who, what, note, incidentId }) => (
          <li key={`${at} ${what}`} className="grid gap-x-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
            <When at={at} className="text-ink-3" />
            <span className="text-pretty">
              {who !== undefined && <span className="font-medium">{who} </span>}
              {what}
              {incidentId !== undefined && (
                <>
                  . <OtherIncident id={incidentId}>Open it</OtherIncident>
                </>
              )}
              {note !== undefined && note !== '' && <span className="text-ink-2">: {note}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
