import type { CertificateDetail, CertificateSighting, CertificateVersion } from '@observatory/contracts';
import { CopyName } from '../../components/copy-name.js';
import { type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { TimeLeft } from './certificate-columns.js';
import { commonName, sightingGroups, sightingWords } from './model/detail-view.js';
import { SOURCE_WORDS } from './model/words.js';

const SIGHTING_COLUMNS: DataColumn<CertificateSighting>[] = [
  {
    id: 'source',
    header: 'Source',
    value: ({ source }) => SOURCE_WORDS[source].label,
    cell: ({ source }) => <span title={SOURCE_WORDS[source].what}>{SOURCE_WORDS[source].label}</span>,
  },
  {
    id: 'place',
    header: 'Where',
    value: ({ place }) => place,
    cell: (sighting) => (
      <div className="min-w-0 py-1">
        <CopyName text={sighting.place} className="max-w-44 font-mono text-xs @md:max-w-full" />
        <p className="text-pretty text-ink-3">{sightingWords(sighting)}</p>
      </div>
    ),
  },
  {
    id: 'at',
    header: 'Last seen',
    align: 'right',
    value: ({ observedAt }) => observedAt,
    cell: ({ observedAt }) => <When at={observedAt} />,
  },
];

/** Every place that shows it, with the time of the last look. */
export function SightingsPanel({ sightings }: { sightings: readonly CertificateSighting[] }) {
  const rows = sightingGroups(sightings).flatMap((group) => group.sightings);
  return (
    <Panel title="Where it is seen" note={String(rows.length)} flush>
      <DataTable
        caption="Where it is seen"
        rows={rows}
        columns={SIGHTING_COLUMNS}
        rowKey={({ source, place, pod, observedAt }) => `${source} ${place} ${pod ?? ''} ${observedAt}`}
        maxHeight={360}
        empty="No place is recorded."
      />
    </Panel>
  );
}

const HISTORY_COLUMNS: DataColumn<CertificateVersion>[] = [
  {
    id: 'firstSeen',
    header: 'First seen',
    value: ({ firstSeenAt }) => firstSeenAt,
    cell: ({ firstSeenAt }) => <When at={firstSeenAt} className="whitespace-nowrap" />,
  },
  { id: 'lastSeen', header: 'Last seen', value: ({ lastSeenAt }) => lastSeenAt, cell: ({ lastSeenAt }) => <When at={lastSeenAt} /> },
  {
    id: 'notBefore',
    header: 'Valid from',
    value: ({ notBefore }) => notBefore,
    cell: ({ notBefore }) => (notBefore === undefined ? <span className="text-ink-3">not known</span> : <When at={notBefore} />),
    wideOnly: true,
  },
  { id: 'notAfter', header: 'Ends', value: ({ notAfter }) => notAfter, cell: ({ notAfter }) => <TimeLeft notAfter={notAfter} /> },
  {
    id: 'issuer',
    header: 'Issuer',
    value: ({ issuer }) => issuer,
    cell: ({ issuer }) => (issuer ? commonName(issuer) : <span className="text-ink-3">not known</span>),
    wideOnly: true,
  },
  {
    id: 'serial',
    header: 'Serial',
    value: ({ serial }) => serial,
    cell: ({ serial }) =>
      serial === undefined ? (
        <span className="text-ink-3">not known</span>
      ) : (
        <CopyName text={serial} className="font-mono text-xs">
          {serial.length > 18 ? `${serial.slice(0, 16)}…` : serial}
        </CopyName>
      ),
    wideOnly: true,
  },
];

/** Its holder's certificates, the present one first. */
export function HistoryPanel({ detail: { history } }: { detail: CertificateDetail }) {
  return (
    <Panel title="History" note="what its holder showed, the newest first" flush>
      <DataTable
        caption="History"
        rows={history}
        columns={HISTORY_COLUMNS}
        rowKey={({ fingerprint, notAfter, firstSeenAt }) => `${fingerprint ?? notAfter} ${firstSeenAt}`}
        maxHeight={360}
        empty="Nothing is recorded yet: history begins when the database answers."
      />
    </Panel>
  );
}
