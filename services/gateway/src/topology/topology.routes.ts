/** The REST door to the graph (DESIGN §5). */
import { exportFormat, graphKind, LIVE_SPAN_SEC, topology, topologyDiff } from '@observatory/contracts';
import { z } from 'zod';
import { booleanParam, clusterParam, IN_ORDER, inOrder, namespacesParam, timeParam, windowParam } from '../http/query.js';
import { route } from '../http/route.js';

const view = {
  graph: graphKind.default('workload').meta({ description: 'what a node is' }),
  namespaces: namespacesParam.default([]),
  cluster: clusterParam.optional(),
  window: windowParam.default(LIVE_SPAN_SEC),
  idle: booleanParam.default(true).meta({ description: 'with what has no traffic' }),
};
const at = timeParam.optional().meta({ description: 'end of the window; absent: now' });

function asked<T extends { window: number }>({ window, ...rest }: T) {
  return { ...rest, windowSec: window };
}

export const GET_TOPOLOGY = route({
  method: 'GET',
  path: '/api/v1/topology',
  tag: 'topology',
  summary: 'The graph: who talks to whom, how much, how well',
  query: z.object({ ...view, at }).transform(asked),
  answer: topology,
  errors: ['service/unavailable', 'service/not-ready', 'database/unavailable'],
});

export const GET_TOPOLOGY_DIFF = route({
  method: 'GET',
  path: '/api/v1/topology/diff',
  tag: 'topology',
  summary: 'What changed in the graph between two times',
  query: z
    .object({ ...view, from: timeParam, to: timeParam })
    .refine(inOrder, IN_ORDER)
    .transform(asked),
  answer: topologyDiff,
  errors: ['service/unavailable', 'database/unavailable'],
});

export const GET_TOPOLOGY_EXPORT = route({
  method: 'GET',
  path: '/api/v1/topology/export',
  tag: 'topology',
  summary: 'The graph as a file',
  query: z.object({ ...view, at, format: exportFormat.default('json') }).transform(asked),
  answer: { mediaTypes: ['application/json', 'application/graphml+xml', 'text/vnd.graphviz', 'text/csv'] },
  errors: ['service/unavailable', 'database/unavailable'],
});

export const TOPOLOGY_ROUTES = [GET_TOPOLOGY, GET_TOPOLOGY_DIFF, GET_TOPOLOGY_EXPORT];
