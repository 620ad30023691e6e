import { byteRate, milliseconds, percent, requestRate } from '../../lib/format.js';
import type { Point, Size } from './model/geometry.js';
import type { MapEdge, MapNode, MapView } from './model/level-of-detail.js';
import type { Hit } from './model/pointing.js';

interface HoverCardProps {
  hit: Hit;
  at: Point;
  view: MapView;
  size: Size;
  /** What the colours say of it. */
  words?: string | undefined;
}

const CARD_PX = 240;

/** The figures of what is under the pointer. Only for the eye: panel and table say the same to everybody. */
export function HoverCard({ hit, at, view, size, words }: HoverCardProps) {
  const node = view.nodes.find(({ id }) => id === hit.id);
  const edge = view.edges.find(({ id }) => id === hit.id);
  const names = new Map(view.nodes.map(({ id, name }) => [id, name]));
  if (!node && !edge) return null;
  const left = Math.min(at.x + 14, size.width - CARD_PX - 8);
  const below = at.y + 150 < size.height;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute z-20 rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-(--shadow)"
      style={{ left, width: CARD_PX, ...(below ? { top: at.y + 16 } : { bottom: size.height - at.y + 12 }) }}
    >
      {node && <NodeFigures node={node} />}
      {edge && !node && <EdgeFigures edge={edge} title={`${names.get(edge.source)} → ${names.get(edge.target)}`} />}
      {words !== undefined && <p className="mt-1 border-t border-line pt-1 text-pretty">{words}</p>}
    </div>
  );
}

function Figures({ title, note, rows }: { title: string; note: string; rows: [string, string][] }) {
  return (
    <>
      <p className="truncate font-medium">{title}</p>
      <p className="truncate text-xs text-ink-3">{note}</p>
      <dl className="mt-1 grid grid-cols-[1fr_auto] gap-x-3">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="figures text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function NodeFigures({ node }: { node: MapNode }) {
  const rows: [string, string][] = [['Requests', requestRate(node.requestsPerSecond)]];
  if (node.requestsPerSecond > 0) rows.push(['Errors', percent(node.errorRatio)]);
  if (node.bytesPerSecond > 0) rows.push(['Bytes', byteRate(node.bytesPerSecond)]);
  const reason = node.node?.health.reasons[0];
  const note =
    node.kind === 'namespace' ? `${node.members} workloads` : (reason ?? `${node.namespace || 'outside the mesh'} · ${node.health}`);
  return <Figures title={node.name} note={note} rows={rows} />;
}

function EdgeFigures({ edge, title }: { edge: MapEdge; title: string }) {
  const rows: [string, string][] = [];
  if (edge.requestsPerSecond > 0) rows.push(['Requests', requestRate(edge.requestsPerSecond)], ['Errors', percent(edge.errorRatio)]);
  if (edge.latencyMsP95 !== null) rows.push(['95 % within', milliseconds(edge.latencyMsP95)]);
  else if (edge.latencyMsMean !== null) rows.push(['Mean latency', milliseconds(edge.latencyMsMean)]);
  if (edge.bytesPerSecond > 0) rows.push(['Bytes', byteRate(edge.bytesPerSecond)]);
  rows.push([
    'Encrypted',
    edge.mtlsRatio === null ? 'unknown' : edge.mtlsPartial && edge.mtlsRatio === 1 ? 'a part unknown' : percent(edge.mtlsRatio),
  ]);
  const note = edge.edges.length > 1 ? `${edge.edges.length} edges` : edge.protocol;
  return <Figures title={title} note={note} rows={rows} />;
}
