import type { Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { useMemo, useState } from 'react';
import { Button } from '../../components/button.js';
import { CsvButton, DataTable, type DataColumn } from '../../components/data-table.js';
import { HealthMark } from '../../components/health-mark.js';
import { Lock } from '../../components/lock.js';
import { byteRate, milliseconds, percent, requestRate } from '../../lib/format.js';
import type { MapPaint } from '../../lib/map-paint.js';
import type { Found } from './model/filter.js';

interface MapTableProps {
  topology: Topology;
  found: Found | null;
  /** What the colours of the map say: a column where they have words. */
  paint?: MapPaint | undefined;
  onSelect: (id: string) => void;
}

/** The same nodes and edges as on the map, to sort, copy and hear. Find narrows the rows. */
export function MapTable({ topology, found, paint, onSelect }: MapTableProps) {
  const [of, setOf] = useState<'edges' | 'nodes'>('edges');
  const edges = useMemo(() => topology.edges.filter(({ id }) => !found || found.edges.has(id)), [topology, found]);
  const nodes = useMemo(() => topology.nodes.filter(({ id }) => !found || found.nodes.has(id)), [topology, found]);
  const names = useMemo(() => new Map(topology.nodes.map((node) => [node.id, node])), [topology]);
  const nodeColumns = useMemo(() => [...columnsOfNodes(onSelect), ...paintColumn(paint)], [onSelect, paint]);
  const edgeColumns = useMemo(() => [...columnsOfEdges(names, onSelect), ...paintColumn(paint)], [names, onSelect, paint]);
  const tab = (name: 'edges' | 'nodes', count: number) => (
    <Button look="plain" aria-pressed={of === name} onClick={() => setOf(name)}>
      {name === 'edges' ? 'Edges' : 'Nodes'} <span className="figures text-ink-3">{count}</span>
    </Button>
  );
  return (
    <div className="absolute inset-0 flex flex-col bg-surface">
      <div role="group" aria-label="What the table lists" className="flex items-center gap-1 border-b border-line px-3 py-1">
        {tab('edges', edges.length)}
        {tab('nodes', nodes.length)}
        <span className="ml-auto">
          {of === 'edges' ? (
            <CsvButton fileName="edges" rows={edges} columns={edgeColumns} />
          ) : (
            <CsvButton fileName="nodes" rows={nodes} columns={nodeColumns} />
          )}
        </span>
      </div>
      <div className="min-h-0 flex-1 overflow-hidden *:h-full">
        {of === 'edges' ? (
          <DataTable
            caption="Edges of the map"
            rows={edges}
            columns={edgeColumns}
            rowKey={(row) => row.id}
            initialOrder={{ id: 'rate', direction: 'descending' }}
            maxHeight={10_000}
            empty="No edge matches"
          />
        ) : (
          <DataTable
            caption="Nodes of the map"
            rows={nodes}
            columns={nodeColumns}
            rowKey={(row) => row.id}
            initialOrder={{ id: 'rate', direction: 'descending' }}
            maxHeight={10_000}
            empty="No node matches"
          />
        )}
      </div>
    </div>
  );
}

function Name({ node, onSelect, id }: { node: TopologyNode | undefined; onSelect: (id: string) => void; id: string }) {
  return (
    <button
      type="button"
      onClick={() => onSelect(id)}
      className="inline-flex max-w-72 items-center align-middle gap-2 truncate rounded-sm text-left hover:text-accent"
    >
      {node && <HealthMark state={node.health.state} />}
      <span className="truncate">
        {node?.name ?? id} <span className="text-ink-3">{node?.namespace}</span>
      </span>
    </button>
  );
}

/** What is said by colour on the map, in words. */
function paintColumn(paint: MapPaint | undefined): DataColumn<{ id: string }>[] {
  const words = paint?.words;
  if (!words) return [];
  return [{ id: 'paint', header: paint.title, value: ({ id }) => words[id], cell: ({ id }) => words[id] ?? '–' }];
}

function columnsOfNodes(onSelect: (id: string) => void): DataColumn<TopologyNode>[] {
  return [
    { id: 'name', header: 'Name', value: (node) => node.name, cell: (node) => <Name node={node} id={node.id} onSelect={onSelect} /> },
    { id: 'health', header: 'Health', value: (node) => node.health.state, cell: (node) => node.health.state, wideOnly: true },
    { id: 'kind', header: 'Kind', value: (node) => node.role ?? node.kind, cell: (node) => node.role ?? node.kind, wideOnly: true },
    { id: 'mesh', header: 'Data plane', value: (node) => node.mesh, cell: (node) => node.mesh, wideOnly: true },
    {
      id: 'rate',
      header: 'Receives',
      unit: 'req/s',
      align: 'right',
      value: (node) => node.in.requestsPerSecond,
      cell: (node) => requestRate(node.in.requestsPerSecond),
    },
    {
      id: 'errors',
      header: 'Errors',
      unit: 'share',
      align: 'right',
      value: (node) => node.in.errorRatio,
      cell: (node) => percent(node.in.errorRatio),
    },
    {
      id: 'out',
      header: 'Sends',
      unit: 'req/s',
      align: 'right',
      value: (node) => node.out.requestsPerSecond,
      cell: (node) => requestRate(node.out.requestsPerSecond),
      wideOnly: true,
    },
    {
      id: 'bytes',
      header: 'Bytes in',
      unit: 'B/s',
      align: 'right',
      value: (node) => node.in.bytesPerSecond,
      cell: (node) => byteRate(node.in.bytesPerSecond),
      wideOnly: true,
    },
    {
      id: 'replicas',
      header: 'Replicas',
      align: 'right',
      value: (node) => node.replicas?.ready ?? null,
      wideOnly: true,
      cell: (node) => (node.replicas ? `${node.replicas.ready}/${node.replicas.desired}` : '–'),
    },
  ];
}

function columnsOfEdges(names: ReadonlyMap<string, TopologyNode>, onSelect: (id: string) => void): DataColumn<TopologyEdge>[] {
  const name = (id: string) => names.get(id)?.name ?? id;
  const bytes = (edge: TopologyEdge) => edge.sentBytesPerSecond + edge.receivedBytesPerSecond;
  return [
    {
      id: 'source',
      header: 'From',
      value: (edge) => name(edge.source),
      cell: (edge) => <Name node={names.get(edge.source)} id={edge.id} onSelect={onSelect} />,
    },
    {
      id: 'target',
      header: 'To',
      value: (edge) => name(edge.target),
      cell: (edge) => <Name node={names.get(edge.target)} id={edge.id} onSelect={onSelect} />,
    },
    { id: 'protocol', header: 'Protocol', value: (edge) => edge.protocol, cell: (edge) => edge.protocol, wideOnly: true },
    {
      id: 'rate',
      header: 'Requests',
      unit: 'req/s',
      align: 'right',
      value: (edge) => edge.requestsPerSecond,
      cell: (edge) => requestRate(edge.requestsPerSecond),
    },
    {
      id: 'errors',
      header: 'Errors',
      unit: 'share',
      align: 'right',
      value: (edge) => edge.errorRatio,
      cell: (edge) => percent(edge.errorRatio),
    },
    {
      id: 'mean',
      header: 'Mean',
      unit: 'ms',
      align: 'right',
      value: (edge) => edge.latencyMs?.mean,
      cell: (edge) => milliseconds(edge.latencyMs?.mean),
      wideOnly: true,
    },
    {
      id: 'p95',
      header: '95 %',
      unit: 'ms',
      align: 'right',
      value: (edge) => edge.latencyMs?.p95,
      cell: (edge) => milliseconds(edge.latencyMs?.p95),
      wideOnly: true,
    },
    { id: 'bytes', header: 'Bytes', unit: 'B/s', align: 'right', value: bytes, cell: (edge) => byteRate(bytes(edge)), wideOnly: true },
    {
      id: 'mtls',
      header: 'Encrypted',
      unit: 'share',
      align: 'right',
      value: (edge) => edge.mtls.ratio,
      cell: (edge) => <Lock ratio={edge.mtls.ratio} labelled />,
      wideOnly: true,
    },
  ];
}
