import type { ClusterInfo, WatchedKind } from '@observatory/contracts';
import { type DataColumn, DataTable } from '../../components/data-table.js';
import { Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { ServiceMark } from '../../components/service-mark.js';
import { counted } from '../../lib/format.js';
import { sourceSentence } from '../../lib/freshness.js';
import { usePreferences } from '../../lib/preferences.js';
import { useNow } from '../../lib/use-now.js';
import { KIND_WORDS, orderKinds } from './model/words.js';

const MESHES = { istio: 'Istio (sidecars)', ambient: 'Istio (ambient)', linkerd: 'Linkerd' };

const COLUMNS: DataColumn<WatchedKind>[] = [
  {
    id: 'kind',
    header: 'Kind',
    value: ({ kind }) => kind,
    cell: ({ kind, state }) => (
      <span className="flex items-center gap-2">
        <ServiceMark state={state} />
        <span className="font-medium">{kind}</span>
      </span>
    ),
  },
  {
    id: 'apiVersion',
    header: 'API',
    value: ({ apiVersion }) => apiVersion,
    cell: ({ apiVersion }) => <span className="text-ink-3">{apiVersion}</span>,
    wideOnly: true,
  },
  {
    id: 'objects',
    header: 'Objects',
    align: 'right',
    value: ({ objects, state }) => (state === 'synced' ? objects : null),
    cell: ({ objects, state }) => (state === 'synced' ? objects.toLocaleString('en') : '–'),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => state,
    cell: ({ state, detail }) => (
      <span className="text-pretty">
        {state !== 'synced' && <span className="font-medium">{state}: </span>}
        <span className="text-ink-2">{KIND_WORDS[state]}</span>
        {detail !== undefined && <span className="text-ink-3"> ({detail})</span>}
      </span>
    ),
  },
];

export function ClusterPanel({ cluster }: { cluster: ClusterInfo }) {
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  const facts = [
    { name: 'Meshes', value: cluster.meshes.map((mesh) => MESHES[mesh]).join(', ') || 'none found yet' },
    { name: 'Trust domain', value: cluster.trustDomain ?? 'not known' },
    { name: 'Root namespace', value: cluster.rootNamespace },
    { name: 'Namespaces', value: cluster.namespaces.length > 0 ? cluster.namespaces.join(', ') : 'none known' },
    {
      name: 'Sources',
      value: cluster.sources.map((source) => (
        <span key={source.name} className="flex items-baseline gap-2">
          <ServiceMark state={source.state} /> {sourceSentence(source, zone, now)}
        </span>
      )),
    },
  ];
  return (
    <Panel
      title={`Cluster ${cluster.name}`}
      note={cluster.provisional ? 'named so until the mesh names itself' : counted(cluster.kinds.length, 'watched kind')}
      flush
    >
      <div className="grid gap-(--gap) lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        <div className="px-4 py-2">
          <Facts facts={facts} />
        </div>
        <DataTable
          caption={`Kinds watched in ${cluster.name}`}
          rows={orderKinds(cluster.kinds)}
          columns={COLUMNS}
          rowKey={({ apiVersion, kind }) => `${apiVersion} ${kind}`}
          empty="No kind is watched: the Kubernetes API was not reached yet."
        />
      </div>
    </Panel>
  );
}
