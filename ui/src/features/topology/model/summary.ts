/** What is on the map, in one breath: for people who hear the page, and for the line under the legend. */
import type { Topology } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';
import { namespaceKey, type MapView } from './level-of-detail.js';

export function mapSummary(topology: Topology, view: MapView | null): string {
  const namespaces = new Set(topology.nodes.filter(({ namespace }) => namespace !== '').map(namespaceKey));
  const count = (state: string) => topology.nodes.filter(({ health }) => health.state === state).length;
  const nodes = `${counted(topology.nodes.length, 'node')} in ${counted(namespaces.size, 'namespace')}, ${counted(topology.edges.length, 'edge')}`;
  const health = [
    count('failing') > 0 ? `${count('failing')} failing` : '',
    count('degraded') > 0 ? `${count('degraded')} degraded` : '',
  ].filter(Boolean);
  const rest = view && view.omitted.edges > 0 ? ` ${counted(view.omitted.edges, 'quiet edge')} not drawn.` : '';
  return `${nodes}; ${health.length > 0 ? health.join(', ') : 'nothing failing or degraded'}.${rest}`;
}
