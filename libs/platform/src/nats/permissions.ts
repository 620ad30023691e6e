/**
 * What each service's NATS user may do (DESIGN §7): the launcher and the chart write the server's configuration from it.
 * Everybody answers its own requests, reads its own inbox, keeps its leases, and asks only whom it needs.
 */
import { EVENTS_PREFIX, EVENTS_STREAM, SERVICE_NAMES, type ServiceName } from '@observatory/contracts';

export interface NatsUser {
  user: ServiceName;
  publish: string[];
  subscribe: string[];
}

/** service → services that it asks, and nouns of the events that it publishes. */
const NEEDS: Record<ServiceName, { asks: ServiceName[]; events: string[] }> = {
  gateway: { asks: ['metrics', 'topology', 'certs', 'policy', 'anomaly'], events: ['audit'] },
  metrics: { asks: [], events: ['window'] },
  topology: { asks: ['metrics'], events: ['topology'] },
  certs: { asks: ['topology'], events: ['certificate', 'renewal', 'audit'] },
  policy: { asks: ['metrics', 'topology'], events: ['policy', 'audit'] },
  anomaly: { asks: ['metrics', 'topology'], events: ['anomaly', 'incident', 'audit'] },
};

/** JetStream's own subjects: the events stream, its consumers, and the leases bucket. */
const JETSTREAM = [
  '$JS.API.INFO',
  `$JS.API.STREAM.*.${EVENTS_STREAM}`,
  `$JS.API.CONSUMER.*.${EVENTS_STREAM}`,
  `$JS.API.CONSUMER.*.${EVENTS_STREAM}.>`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${EVENTS_STREAM}.>`,
  `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.>`,
  `$JS.ACK.${EVENTS_STREAM}.>`,
  '$JS.FC.>',
];
const BUCKETS = ['OBSERVATORY_LEASES', 'OBSERVATORY_LAYOUT'];
const bucketSubjects = BUCKETS.flatMap((bucket) => [
  `$KV.${bucket}.>`,
  `$JS.API.STREAM.*.KV_${bucket}`,
  `$JS.API.STREAM.MSG.GET.KV_${bucket}`,
  `$JS.API.DIRECT.GET.KV_${bucket}`,
  `$JS.API.DIRECT.GET.KV_${bucket}.>`,
  `$JS.API.CONSUMER.*.KV_${bucket}`,
  `$JS.API.CONSUMER.*.KV_${bucket}.>`,
]);

export function natsUsers(): NatsUser[] {
  return SERVICE_NAMES.map((service) => ({
    user: service,
    publish: [
      ...NEEDS[service].asks.map((asked) => `observatory.v1.${asked}.>`),
      ...NEEDS[service].events.map((noun) => `${EVENTS_PREFIX}${noun}.>`),
      ...JETSTREAM,
      ...bucketSubjects,
    ],
    subscribe: [`observatory.v1.${service}.>`, `_INBOX_${service}.>`],
  }));
}
