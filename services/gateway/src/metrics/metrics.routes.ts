/** The REST door to series and the overview (DESIGN §5). */
import { edgeIdSchema, edgeSeriesReply, overviewReply, workloadSeriesReply } from '@observatory/contracts';
import { z } from 'zod';
import { clusterParam, IN_ORDER, inOrder, spanParams } from '../http/query.js';
import { route } from '../http/route.js';

const name = z.string().min(1).max(253);
const errors = ['service/unavailable', 'database/unavailable'] as const;

export const GET_OVERVIEW = route({
  method: 'GET',
  path: '/api/v1/metrics/overview',
  tag: 'metrics',
  summary: 'Golden signals of the mesh and its namespaces: now, and as series',
  query: z.object({ cluster: clusterParam.optional(), ...spanParams }).refine(inOrder, IN_ORDER),
  answer: overviewReply,
  errors: [...errors],
});

export const GET_WORKLOAD_SERIES = route({
  method: 'GET',
  path: '/api/v1/metrics/workloads/{cluster}/{namespace}/{name}',
  tag: 'metrics',
  summary: 'Series of one workload, traffic in and out',
  params: z.object({ cluster: name, namespace: name, name }),
  query: z.object(spanParams).refine(inOrder, IN_ORDER),
  answer: workloadSeriesReply,
  errors: ['resource/not-found', ...errors],
});

export const GET_EDGE_SERIES = route({
  method: 'GET',
  path: '/api/v1/metrics/edges/{edgeId}',
  tag: 'metrics',
  summary: 'Series of one edge',
  params: z.object({ edgeId: edgeIdSchema }),
  query: z.object(spanParams).refine(inOrder, IN_ORDER),
  answer: edgeSeriesReply,
  errors: ['resource/not-found', ...errors],
});

export const METRICS_ROUTES = [GET_OVERVIEW, GET_WORKLOAD_SERIES, GET_EDGE_SERIES];
