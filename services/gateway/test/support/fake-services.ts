/** Services as the gateway meets them on NATS: they answer by the contract, and can fall silent or go away. */
import { connect, headers as natsHeaders, type Msg, type NatsConnection } from '@nats-io/transport-node';
import {
  ANOMALY_SUBJECTS,
  CERTS_SUBJECTS,
  METRICS_SUBJECTS,
  POLICY_SUBJECTS,
  SERVICE_NAMES,
  statusSubject,
  TOPOLOGY_SUBJECTS,
  type ServiceName,
} from '@observatory/contracts';
import { natsUsers } from '@observatory/platform';
import { startNats, type NatsServer } from '@observatory/testing';
import { ANOMALY_ANSWERS } from './anomaly-examples.js';
import { CERTS_ANSWERS } from './certs-examples.js';
import * as examples from './examples.js';
import { POLICY_ANSWERS } from './policy-examples.js';

type Other = Exclude<ServiceName, 'gateway'>;
export type Reply = { json: unknown; etag?: string } | { error: { code: string; message: string } } | 'silence';

const PART_BYTES = 900_000;

export function startBus(): Promise<NatsServer> {
  return startNats({ users: natsUsers() });
}

export class FakeService {
  private connection: NatsConnection | undefined;
  private readonly asked: { subject: string; payload: unknown }[] = [];
  private readonly answers = new Map<string, (payload: unknown) => Reply>();

  constructor(
    private readonly nats: NatsServer,
    readonly name: Other,
  ) {
    this.answer(statusSubject(name).subject, () => ({ json: examples.status(name) }));
  }

  answer(subject: string, reply: (payload: unknown) => Reply): this {
    this.answers.set(subject, reply);
    return this;
  }

  async start(): Promise<this> {
    const { username, password, host } = new URL(this.nats.urlOf(this.name));
    const connection = await connect({ servers: host, user: username, pass: password, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    connection.subscribe(`observatory.v1.${this.name}.>`, { queue: this.name, callback: (_, message) => this.handle(message) });
    await connection.flush();
    this.connection = connection;
    return this;
  }

  /** As SIGKILL does it: the connection is gone, nobody answers. */
  async stop(): Promise<void> {
    await this.connection?.close();
    this.connection = undefined;
  }

  timesAsked(subject: string): number {
    return this.asked.filter((one) => one.subject === subject).length;
  }

  /** By subject: the gateway asks for every service's status, and for what was read lately, by itself. */
  lastAsked(subject: string): unknown {
    return this.asked.findLast((one) => one.subject === subject)?.payload;
  }

  private handle(message: Msg): void {
    const payload: unknown = message.data.length > 0 ? message.json() : {};
    this.asked.push({ subject: message.subject, payload });
    const reply = this.answers.get(message.subject)?.(payload) ?? { error: { code: 'internal/bug', message: 'no answer prepared' } };
    if (reply !== 'silence') respond(message, reply);
  }
}

function respond(message: Msg, reply: Exclude<Reply, 'silence'>): void {
  const headers = natsHeaders();
  if ('error' in reply) headers.set('Observatory-Error', '1');
  else if (reply.etag) headers.set('ETag', reply.etag);
  const bytes = Buffer.from(JSON.stringify('error' in reply ? reply : reply.json));
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  for (let index = 0; index < count; index += 1) {
    if (count > 1) {
      headers.set('Observatory-Parts', String(count));
      headers.set('Observatory-Part', String(index));
    }
    message.respond(bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES), { headers });
  }
}

export interface FakeSuite extends AsyncDisposable {
  topology: FakeService;
  metrics: FakeService;
  policy: FakeService;
  anomaly: FakeService;
  certs: FakeService;
  all: Map<Other, FakeService>;
}

/** Every service, answering with what the contract allows. */
export async function startFakeSuite(nats: NatsServer): Promise<FakeSuite> {
  const names = SERVICE_NAMES.filter((name): name is Other => name !== 'gateway');
  const all = new Map(names.map((name) => [name, new FakeService(nats, name)]));
  const topology = all.get('topology') as FakeService;
  const metrics = all.get('metrics') as FakeService;
  const policy = all.get('policy') as FakeService;
  const anomaly = all.get('anomaly') as FakeService;
  for (const [name, { subject }] of Object.entries(ANOMALY_SUBJECTS))
    anomaly.answer(subject, () => ({ json: ANOMALY_ANSWERS[name as keyof typeof ANOMALY_SUBJECTS] }));
  for (const [name, { subject }] of Object.entries(POLICY_SUBJECTS))
    policy.answer(subject, () => ({ json: POLICY_ANSWERS[name as keyof typeof POLICY_SUBJECTS] }));
  const certs = all.get('certs') as FakeService;
  for (const [name, { subject }] of Object.entries(CERTS_SUBJECTS))
    certs.answer(subject, () => ({ json: CERTS_ANSWERS[name as keyof typeof CERTS_SUBJECTS] }));
  topology
    .answer(TOPOLOGY_SUBJECTS.graphGet.subject, () => ({ json: examples.graph(), etag: '"t1"' }))
    .answer(TOPOLOGY_SUBJECTS.graphDiff.subject, () => ({ json: examples.diff() }))
    .answer(TOPOLOGY_SUBJECTS.graphExport.subject, () => ({ json: examples.exported() }))
    .answer(TOPOLOGY_SUBJECTS.clusterList.subject, () => ({ json: examples.clusters() }));
  metrics
    .answer(METRICS_SUBJECTS.overviewGet.subject, () => ({ json: examples.overview() }))
    .answer(METRICS_SUBJECTS.workloadSeries.subject, () => ({ json: examples.workloadSeries() }))
    .answer(METRICS_SUBJECTS.edgeSeries.subject, () => ({ json: examples.edgeSeries() }));
  await Promise.all([...all.values()].map((service) => service.start()));
  const stop = async () => void (await Promise.all([...all.values()].map((service) => service.stop())));
  return { topology, metrics, policy, anomaly, certs, all, [Symbol.asyncDispose]: stop };
}
