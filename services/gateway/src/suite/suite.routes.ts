/** The REST door to clusters and the suite's own health. */
import { clusterList, suiteStatus } from '@observatory/contracts';
import { route } from '../http/route.js';

export const GET_CLUSTERS = route({
  method: 'GET',
  path: '/api/v1/clusters',
  tag: 'suite',
  summary: 'The observed clusters, and what is watched in each',
  answer: clusterList,
  errors: ['service/unavailable'],
});

export const GET_STATUS = route({
  method: 'GET',
  path: '/api/v1/status',
  tag: 'suite',
  summary: 'Every service of the suite, what it leans on, and how fresh its sources are',
  answer: suiteStatus,
});

export const SUITE_ROUTES = [GET_CLUSTERS, GET_STATUS];
