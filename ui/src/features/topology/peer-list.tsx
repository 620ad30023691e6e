import type { Topology, TopologyEdge } from '@observatory/contracts';
import { useState } from 'react';
import { HealthMark } from '../../components/health-mark.js';
import { Lock } from '../../components/lock.js';
import { byteRate, percent, requestRate } from '../../lib/format.js';
import { nodeTitle } from './model/sentence.js';

interface PeerListProps {
  title: string;
  edges: readonly TopologyEdge[];
  topology: Topology;
  /** Which end is named. */
  end: 'source' | 'target' | 'both';
  onSelect: (id: string) => void;
}

const FIRST = 6;

/** Who is at the other end, busiest first; a row selects the edge. */
export function PeerList({ title, edges, topology, end, onSelect }: PeerListProps) {
  const [all, setAll] = useState(false);
  if (edges.length === 0) return null;
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  const sorted = edges.toSorted(
    (a, b) =>
      b.requestsPerSecond - a.requestsPerSecond ||
      b.sentBytesPerSecond + b.receivedBytesPerSecond - a.sentBytesPerSecond - a.receivedBytesPerSecond,
  );
  const named = (id: string) => {
    const node = nodes.get(id);
    return node ? nodeTitle(node) : id;
  };
  return (
    <section className="mt-4">
      <h3 className="text-sm">
        {title} <span className="figures font-normal text-ink-3">{edges.length}</span>
      </h3>
      <ul className="-mx-2 mt-1">
        {sorted.slice(0, all ? undefined : FIRST).map((edge) => {
          const peer = nodes.get(end === 'source' ? edge.source : edge.target);
          return (
            <li key={edge.id}>
              <button
                type="button"
                onClick={() => onSelect(edge.id)}
                className="flex h-8 w-full items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-inset"
              >
                {peer && <HealthMark state={peer.health.state} />}
                <span className="min-w-0 flex-1 truncate">
                  {end === 'both' ? `${named(edge.source)} → ${named(edge.target)}` : named(end === 'source' ? edge.source : edge.target)}
                </span>
                <Figures edge={edge} />
                <Lock ratio={edge.mtls.ratio} />
              </button>
            </li>
          );
        })}
      </ul>
      {edges.length > FIRST && (
        <button type="button" onClick={() => setAll(!all)} className="text-sm text-accent hover:underline">
          {all ? 'Show fewer' : `Show all ${edges.length}`}
        </button>
      )}
    </section>
  );
}

function Figures({ edge }: { edge: TopologyEdge }) {
  const bytes = edge.sentBytesPerSecond + edge.receivedBytesPerSecond;
  const errors = edge.errorRatio ?? 0;
  return (
    <span className="figures flex gap-2 text-ink-2">
      {errors >= 0.001 && <span className="text-failing-ink">{percent(errors)}</span>}
      {edge.requestsPerSecond > 0 ? requestRate(edge.requestsPerSecond) : byteRate(bytes)}
    </span>
  );
}
