/** The Socket.IO namespace `/live` (DESIGN §6): one typed map for gateway and browser. */
import { z } from 'zod';
import { incidentEvent } from '../anomaly/incident.schema.js';
import { timestamp } from '../common/primitives.js';
import { certificateAlerted } from '../certs/alert.schema.js';
import { certificatesChanged } from '../certs/inventory.schema.js';
import { windowStored } from '../mesh/sample.js';
import { policyChanged } from '../policy/inventory.schema.js';
import { topologyDelta } from '../topology/topology.schema.js';
import { suiteStatus } from '../suite/status.schema.js';

export const LIVE_TOPICS = [
  'topology:delta',
  'metrics:window',
  'anomaly:raised',
  'anomaly:updated',
  'certificate:status',
  'policy:changed',
  'suite:status',
] as const;
export const liveTopic = z.enum(LIVE_TOPICS);
export type LiveTopic = z.infer<typeof liveTopic>;

export const subscribeRequest = z.object({
  topics: z.array(liveTopic).min(1).max(LIVE_TOPICS.length),
  namespaces: z.array(z.string().max(253)).max(2000).optional(),
});
export type SubscribeRequest = z.infer<typeof subscribeRequest>;
/** `snapshot`: what was missed cannot be replayed, ask REST for the whole. */
export type SubscribeAck =
  | { ok: true; topics: LiveTopic[]; recovered: boolean; snapshot: boolean }
  | { ok: false; error: { code: string; message: string } };

const frame = <T extends z.ZodType>(data: T) => z.object({ seq: z.number().int().min(0), at: timestamp, data });
/** `certificate:status`: rows that changed, or an alert that was raised or withdrawn. */
export const certificateNews = z.discriminatedUnion('news', [
  z.object({ news: z.literal('changes'), ...certificatesChanged.shape }),
  z.object({ news: z.literal('alert'), alert: certificateAlerted }),
]);
export type CertificateNews = z.infer<typeof certificateNews>;
export const liveFrames = {
  'topology:delta': frame(topologyDelta),
  /** The numbers come by REST or `topology:delta`. */
  'metrics:window': frame(windowStored),
  'anomaly:raised': frame(incidentEvent),
  'anomaly:updated': frame(incidentEvent),
  'certificate:status': frame(certificateNews),
  'policy:changed': frame(policyChanged),
  'suite:status': frame(suiteStatus),
} as const satisfies Record<LiveTopic, z.ZodType>;
export type LiveFrame<T extends LiveTopic> = z.infer<(typeof liveFrames)[T]>;

export type ServerToClientEvents = {
  [T in LiveTopic]: (frame: LiveFrame<T>) => void;
} & {
  /** The client fell behind, or namespaces changed: what it holds is not complete, ask REST for the whole. */ snapshot: (reason: {
    topics: LiveTopic[];
    reason: string;
  }) => void;
};
export type ClientToServerEvents = { subscribe: (request: SubscribeRequest, ack: (answer: SubscribeAck) => void) => void };
