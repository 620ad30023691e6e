import { HealthMark } from '../../components/health-mark.js';
import { NodeLink } from '../../components/node-link.js';
import { percent, requestRate } from '../../lib/format.js';
import type { AttentionItem } from './model/headline.js';

const LIMIT = 12;

/** What it answers; of a workload that answers nobody, what it sends. */
const ratesOf = (node: AttentionItem['node']) => (node.in.requestsPerSecond > 0 ? node.in : node.out);

export function AttentionList({ items, observed }: { items: readonly AttentionItem[]; observed: number }) {
  if (items.length === 0)
    return (
      <p className="px-4 py-6 text-center text-sm text-ink-3">
        {observed === 0
          ? 'No workload was seen in this scope, so nothing can be said about its health.'
          : 'Nothing: every workload with traffic is healthy.'}
      </p>
    );
  return (
    <ul className="text-sm">
      {items.slice(0, LIMIT).map(({ node, reason }) => (
        <li key={node.id} className="flex items-start gap-2.5 px-4 py-1.5">
          <HealthMark state={node.health.state} className="mt-0.5" />
          <span className="min-w-0 flex-1">
            <NodeLink node={node} className="font-medium" /> <span className="text-ink-3">{node.namespace || 'outside the mesh'}</span>
            <span className="block text-pretty text-ink-2">{reason}</span>
          </span>
          <span className="figures text-right">
            <span className={node.health.state === 'failing' ? 'font-medium text-failing-ink' : ''}>
              {percent(ratesOf(node).errorRatio)}
            </span>
            <span className="block text-ink-3">{requestRate(ratesOf(node).requestsPerSecond)}</span>
          </span>
        </li>
      ))}
      {items.length > LIMIT && <li className="px-4 py-1.5 text-ink-3">and {items.length - LIMIT} more, on the map</li>}
    </ul>
  );
}
