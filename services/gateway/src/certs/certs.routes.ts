/** The REST door to certificates (DESIGN §5). */
import {
  certificateAlertList,
  certificateCoverage,
  certificateDetail,
  certificateHealth,
  certificateId,
  certificateKind,
  certificateList,
  certificateProblemCode,
  certificateSort,
  certificateSource,
  certificateStatus,
  certificateSummary,
  certificateTimeline,
  durationSec,
  renewal,
} from '@observatory/contracts';
import { z } from 'zod';
import { booleanParam, clusterParam, namespacesParam } from '../http/query.js';
import { route } from '../http/route.js';

const errors = ['service/unavailable', 'service/timeout', 'service/not-ready'] as const;
const namespace = z.string().max(253).optional();
const namespaces = namespacesParam.optional().meta({ description: 'comma list of namespaces; absent: all' });
const cursor = z.string().max(2000).optional();
const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`);
const limit = wholeNumber(5000).optional();

/** `a,b` of a fixed set of words, sorted, so that equal questions have one key. */
const listOf = <T extends z.ZodType<string, string>>(word: T, max: number) =>
  z
    .string()
    .max(1000)
    .transform((text) => [...new Set(text.split(',').filter((part) => part !== ''))].sort())
    .pipe(z.array(word).max(max));
const duration = z
  .string()
  .refine((text) => durationSec(text) !== undefined, 'must be a duration such as 30s, 12h, 30d')
  .transform((text) => durationSec(text) as number);

const filter = {
  cluster: clusterParam.optional(),
  namespace,
  namespaces,
  kind: listOf(certificateKind, 10).optional().meta({ description: 'comma list of kinds' }),
  status: listOf(certificateStatus, 10).optional().meta({ description: 'comma list of states' }),
  source: listOf(certificateSource, 10).optional().meta({ description: 'comma list of sources' }),
  problem: listOf(certificateProblemCode, 30).optional().meta({ description: 'comma list of problems' }),
  workload: z.string().max(1024).optional().meta({ description: 'id of a node of the topology' }),
  endsWithin: duration.optional().meta({ description: 'ends within this time: 12h, 30d', examples: ['30d'] }),
  endsAfter: duration.optional().meta({ description: 'ends later than this time from now: 7d' }),
  q: z.string().max(200).optional().meta({ description: 'part of a name, identity, host, subject, serial or fingerprint' }),
};
type Filter = z.output<z.ZodObject<typeof filter>>;

function asked<T extends Filter>({ kind, status, source, problem, workload, endsWithin, endsAfter, q, ...rest }: T) {
  return {
    ...rest,
    kinds: kind,
    statuses: status,
    sources: source,
    problems: problem,
    workloadId: workload,
    endsWithinSec: endsWithin,
    endsAfterSec: endsAfter,
    text: q,
  };
}

export const GET_CERTIFICATES = route({
  method: 'GET',
  path: '/api/v1/certificates',
  tag: 'certificates',
  summary: 'Every certificate that the mesh depends on, the next to end first',
  query: z.object({ ...filter, sort: certificateSort.optional(), descending: booleanParam.optional(), limit, cursor }).transform(asked),
  answer: certificateList,
  errors: [...errors],
});

export const GET_CERTIFICATE_SUMMARY = route({
  method: 'GET',
  path: '/api/v1/certificates/summary',
  tag: 'certificates',
  summary: 'How many certificates are in which state, and how long they have',
  query: z.object({ cluster: clusterParam.optional(), namespace, namespaces }),
  answer: certificateSummary,
  errors: [...errors],
});

export const GET_CERTIFICATE_TIMELINE = route({
  method: 'GET',
  path: '/api/v1/certificates/timeline',
  tag: 'certificates',
  summary: 'What ends when',
  query: z
    .object({
      ...filter,
      days: wholeNumber(3650).optional(),
      leafs: booleanParam.optional().meta({ description: 'with leafs, which renew by themselves' }),
    })
    .transform(asked),
  answer: certificateTimeline,
  errors: [...errors],
});

export const GET_CERTIFICATE_COVERAGE = route({
  method: 'GET',
  path: '/api/v1/certificates/coverage',
  tag: 'certificates',
  summary: 'Of which workloads the certificates are seen, and of which not and why',
  query: z.object({ cluster: clusterParam.optional(), namespace, namespaces }),
  answer: certificateCoverage,
  errors: [...errors],
});

export const GET_CERTIFICATE_HEALTH = route({
  method: 'GET',
  path: '/api/v1/certificates/health',
  tag: 'certificates',
  summary: 'The worst certificate of each workload, for the map',
  query: z.object({ cluster: clusterParam.optional() }),
  answer: certificateHealth,
  errors: [...errors],
});

export const GET_CERTIFICATE_ALERTS = route({
  method: 'GET',
  path: '/api/v1/certificates/alerts',
  tag: 'certificates',
  summary: 'Alerts about certificates, open or withdrawn, newest first',
  query: z
    .object({
      state: z.enum(['open', 'withdrawn', 'all']).optional(),
      cluster: clusterParam.optional(),
      namespace,
      namespaces,
      certificate: certificateId.optional(),
      limit,
      cursor,
    })
    .transform(({ certificate, ...rest }) => ({ ...rest, certificateId: certificate })),
  answer: certificateAlertList,
  errors: [...errors, 'database/unavailable'],
});

const one = z.object({ id: certificateId });

export const GET_CERTIFICATE = route({
  method: 'GET',
  path: '/api/v1/certificates/{id}',
  tag: 'certificates',
  summary: 'One certificate: its chain, names, where it was seen, and those before it',
  params: one,
  answer: certificateDetail,
  errors: [...errors, 'resource/not-found'],
});

export const POST_RENEWAL = route({
  method: 'POST',
  path: '/api/v1/certificates/{id}/renewals',
  tag: 'certificates',
  summary: 'Asks whoever issues the certificate for a new one; off unless an operator turned it on',
  params: one,
  body: z.object({ reason: z.string().max(500).optional() }),
  answer: renewal,
  status: 202,
  errors: [...errors, 'resource/not-found', 'certificate/renewal-off', 'certificate/not-renewable', 'database/unavailable'],
});

export const CERTS_ROUTES = [
  GET_CERTIFICATES,
  GET_CERTIFICATE_SUMMARY,
  GET_CERTIFICATE_TIMELINE,
  GET_CERTIFICATE_COVERAGE,
  GET_CERTIFICATE_HEALTH,
  GET_CERTIFICATE_ALERTS,
  GET_CERTIFICATE,
  POST_RENEWAL,
];
