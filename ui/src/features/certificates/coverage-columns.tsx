import type { CertificateCoverage, MeshKind, SourceCoverage } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { classes } from '../../components/classes.js';
import type { DataColumn } from '../../components/data-table.js';
import { Tag } from '../../components/marks.js';
import { When } from '../../components/when.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { asSentence } from '../../lib/format.js';
import { countedThing, placeText, sourceState } from './model/coverage-view.js';
import { SOURCE_WORDS, UNOBSERVED_WORDS } from './model/words.js';

/** A share as a bar with its count: what is lacking is left open. */
function Share({ of, all }: { of: number; all: number | null }) {
  if (all === null)
    return (
      <span title="How many there should be is not known">
        {of} <span className="text-ink-3">of ?</span>
      </span>
    );
  return (
    <span className="inline-flex items-center justify-end gap-2">
      <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-full bg-inset @max-md:hidden">
        <span className="block h-full bg-healthy" style={{ width: `${all === 0 ? 0 : (of / all) * 100}%` }} />
      </span>
      <span className="min-w-12 text-right">
        {of}
        <span className="text-ink-3">/{all}</span>
      </span>
    </span>
  );
}

export const SOURCE_COLUMNS: DataColumn<SourceCoverage>[] = [
  {
    id: 'source',
    header: 'Source',
    value: ({ source }) => SOURCE_WORDS[source].label,
    cell: ({ source, cluster, observed }) => (
      <div className="min-w-24 py-1 @md:min-w-32">
        {observed === 0 ? (
          <span className="font-medium">{SOURCE_WORDS[source].label}</span>
        ) : (
          <Link to="/certificates/list" search={{ source, cluster }} className="font-medium hover:text-accent hover:underline">
            {SOURCE_WORDS[source].label}
          </Link>
        )}{' '}
        <span className="text-ink-3">{cluster}</span>
        <p className="text-pretty text-ink-3 @max-md:hidden">{SOURCE_WORDS[source].what}.</p>
      </div>
    ),
    width: '32%',
  },
  {
    id: 'state',
    header: 'State',
    value: (source) => sourceState(source).words,
    cell: (source) => {
      const { words, tone } = sourceState(source);
      return <Tag tone={tone}>{words}</Tag>;
    },
  },
  {
    id: 'observed',
    header: 'Sees',
    align: 'right',
    value: ({ observed }) => observed,
    cell: ({ state, source, observed, expected }) =>
      state === 'off' ? (
        <span className="text-ink-3">–</span>
      ) : (
        <span>
          <Share of={observed} all={expected} />{' '}
          <span className="inline-block w-14 text-left text-ink-3 @max-md:hidden">{countedThing(source)}</span>
        </span>
      ),
  },
  {
    id: 'why',
    header: 'Not seen, because',
    value: ({ unobserved }) => unobserved.map(({ message, count }) => `${count}: ${message}`).join('; '),
    cell: ({ state, unobserved, detail }) => (
      <div className="max-w-[64ch] py-1 text-pretty">
        {unobserved.map(({ reason, message, count }) => (
          <p key={`${reason} ${message}`}>
            {state !== 'off' && <span className="figures text-ink-3">{count}</span>} {UNOBSERVED_WORDS[reason]}:{' '}
            <span className="text-ink-2">{message}</span>
          </p>
        ))}
        {unobserved.length === 0 && <p className="text-ink-3">{asSentence(detail)}</p>}
      </div>
    ),
    wideOnly: true,
    width: '40%',
  },
  {
    id: 'fresh',
    header: 'Newest',
    align: 'right',
    value: ({ freshAt }) => freshAt,
    cell: ({ freshAt, state }) =>
      freshAt === null ? <span className="text-ink-3">{state === 'off' ? '–' : 'nothing yet'}</span> : <When at={freshAt} />,
  },
];

const MESHES: Record<MeshKind, string> = { istio: 'Istio sidecar', ambient: 'Istio ambient', linkerd: 'Linkerd', none: 'not in the mesh' };
type NamespaceRow = CertificateCoverage['byNamespace'][number];

export function namespaceColumns(chosen: string | undefined, onChoose: (place: string) => void): DataColumn<NamespaceRow>[] {
  return [
    {
      id: 'namespace',
      header: 'Namespace',
      value: ({ namespace }) => namespace,
      cell: (row) => (
        <span>
          <button
            type="button"
            aria-pressed={chosen === placeText(row)}
            onClick={() => onChoose(placeText(row))}
            className={classes(
              'rounded-sm text-left font-medium hover:text-accent hover:underline',
              chosen === placeText(row) && 'text-accent',
            )}
          >
            {row.namespace}
          </button>{' '}
          <span className="text-ink-3">{row.cluster}</span>
        </span>
      ),
    },
    { id: 'mesh', header: 'Mesh', value: ({ mesh }) => MESHES[mesh], cell: ({ mesh }) => MESHES[mesh], wideOnly: true },
    {
      id: 'observed',
      header: 'Workloads seen',
      align: 'right',
      value: ({ observed, workloads }) => (workloads === 0 ? null : observed / workloads),
      cell: ({ observed, workloads }) => <Share of={observed} all={workloads} />,
    },
    {
      id: 'missing',
      header: 'Not seen',
      align: 'right',
      value: ({ observed, workloads }) => workloads - observed,
      cell: ({ observed, workloads }) =>
        observed >= workloads ? (
          <span className="text-ink-3">none</span>
        ) : (
          <span className="text-degraded-ink">{workloads - observed}</span>
        ),
    },
  ];
}

type UnobservedRow = CertificateCoverage['unobserved'][number];

export const UNOBSERVED_COLUMNS: DataColumn<UnobservedRow>[] = [
  {
    id: 'workload',
    header: 'Workload',
    value: ({ namespace, name }) => `${namespace}/${name}`,
    cell: ({ cluster, namespace, name, mesh }) => (
      <div className="min-w-32 py-1">
        <WorkloadLink cluster={cluster} namespace={namespace} name={name} className="font-medium" />
        <p className="text-ink-3">
          {namespace} · {MESHES[mesh]}
        </p>
      </div>
    ),
  },
  {
    id: 'reasons',
    header: 'Because',
    value: ({ reasons }) => reasons.map(({ source, message }) => `${SOURCE_WORDS[source].label}: ${message}`).join('; '),
    cell: ({ reasons }) => (
      <ul className="max-w-[72ch] py-1 text-pretty">
        {reasons.length === 0 && <li className="text-ink-3">No source says why.</li>}
        {reasons.map(({ source, reason, message }) => (
          <li key={source}>
            <span className="text-ink-3">{SOURCE_WORDS[source].label}:</span> {UNOBSERVED_WORDS[reason]},{' '}
            <span className="text-ink-2">{message}</span>
          </li>
        ))}
      </ul>
    ),
    width: '65%',
  },
];
