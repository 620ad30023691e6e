import type { Certificate } from '@observatory/contracts';
import type { DataColumn } from '../../components/data-table.js';
import { When } from '../../components/when.js';
import { absoluteTime } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { useNow } from '../../lib/use-now.js';
import { CertificateLink } from './certificate-link.js';
import { LifeBar } from './life-bar.js';
import { longSpan, timeLeft } from './model/time-left.js';
import { STATUS_WORDS } from '../../lib/certificate-states.js';
import { KIND_WORDS, PROBLEM_WORDS, SOURCE_WORDS } from './model/words.js';
import { CertificateState } from '../../components/certificate-state.js';

export function TimeLeft({ notAfter }: { notAfter: string }) {
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  return (
    <time dateTime={notAfter} title={absoluteTime(notAfter, zone)}>
      {timeLeft(notAfter, now)}
    </time>
  );
}

const placeOf = ({ namespace, cluster }: Certificate) => (namespace === undefined ? cluster : `${namespace} · ${cluster}`);

/** Ids are those that the service sorts by. */
export const CERTIFICATE_COLUMNS: DataColumn<Certificate>[] = [
  {
    id: 'status',
    header: 'State',
    value: ({ status }) => STATUS_WORDS[status].label,
    cell: ({ status }) => (
      <span>
        <CertificateState status={status} labelled className="@max-md:hidden" />
        <CertificateState status={status} className="@md:hidden" />
      </span>
    ),
  },
  {
    id: 'name',
    header: 'Certificate',
    value: ({ name }) => name,
    cell: (certificate) => (
      <div className="min-w-36 py-1">
        <CertificateLink certificate={certificate} className="font-medium break-all" />
        <p className="text-ink-3">
          {KIND_WORDS[certificate.kind].label} · {placeOf(certificate)}
        </p>
        <p className="text-pretty text-ink-2 @2xl:hidden">{certificate.reason}</p>
      </div>
    ),
  },
  {
    id: 'remaining',
    header: 'Ends',
    value: ({ notAfter }) => notAfter,
    cell: (certificate) => (
      <div className="w-24 py-1 @md:w-32">
        <p className="whitespace-nowrap">
          <TimeLeft notAfter={certificate.notAfter} />
        </p>
        <LifeBar of={certificate} className="mt-1" />
      </div>
    ),
  },
  {
    id: 'reason',
    header: 'Why',
    value: ({ reason }) => reason,
    cell: ({ reason, problems }) => {
      const more = problems.filter(({ message, severity }) => message !== reason && severity !== 'info');
      return (
        <div className="max-w-[52ch] py-1 text-pretty">
          <p className="text-ink-2">{reason}</p>
          {more.length > 0 && (
            <p className="text-degraded-ink" title={more.map(({ message }) => message).join('\n')}>
              {more.map(({ code }) => PROBLEM_WORDS[code]).join(', ')}
            </p>
          )}
        </div>
      );
    },
    wideOnly: true,
    unsorted: true,
  },
  {
    id: 'lifetime',
    header: 'Lives',
    align: 'right',
    value: ({ lifetimeSec }) => lifetimeSec,
    cell: ({ lifetimeSec }) =>
      lifetimeSec === undefined ? (
        <span className="text-ink-3" title="No source says when it began">
          not known
        </span>
      ) : (
        longSpan(lifetimeSec)
      ),
    wideOnly: true,
  },
  {
    id: 'observed',
    header: 'Last seen',
    align: 'right',
    value: ({ observedAt }) => observedAt,
    cell: ({ observedAt, sources }) => (
      <div className="py-1">
        <p>
          <When at={observedAt} />
        </p>
        <p className="text-ink-3">{sources.map((source) => SOURCE_WORDS[source].place).join(', ')}</p>
      </div>
    ),
    wideOnly: true,
  },
];

/** What a file of them holds beyond what the table shows. */
export const EXPORT_COLUMNS: DataColumn<Certificate>[] = [
  ...CERTIFICATE_COLUMNS,
  ...(
    ['id', 'kind', 'cluster', 'namespace', 'workload', 'spiffeId', 'issuer', 'serial', 'fingerprint', 'notBefore', 'renewalAt'] as const
  ).map((field): DataColumn<Certificate> => ({
    id: `field-${field}`,
    header: field,
    value: (row) => row[field] ?? null,
    cell: () => null,
  })),
  { id: 'dnsNames', header: 'dnsNames', value: ({ dnsNames }) => dnsNames.join(' '), cell: () => null },
  { id: 'sources', header: 'sources', value: ({ sources }) => sources.join(' '), cell: () => null },
  { id: 'problems', header: 'problems', value: ({ problems }) => problems.map(({ message }) => message).join('; '), cell: () => null },
];
