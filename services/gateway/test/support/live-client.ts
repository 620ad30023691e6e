/** A browser of the live feed, as far as frames go. */
import type { ClientToServerEvents, LiveFrame, LiveTopic, ServerToClientEvents, SubscribeAck } from '@observatory/contracts';
import { io, type Socket } from 'socket.io-client';
import { ADMIN_TOKEN } from './gateway.js';

export class LiveClient {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly deltas: LiveFrame<'topology:delta'>[] = [];
  readonly windows: LiveFrame<'metrics:window'>[] = [];
  readonly statuses: LiveFrame<'suite:status'>[] = [];
  readonly incidents: { topic: 'anomaly:raised' | 'anomaly:updated'; frame: LiveFrame<'anomaly:raised'> }[] = [];
  readonly snapshots: { topics: LiveTopic[]; reason: string }[] = [];
  error: (Error & { data?: { code?: string } }) | undefined;

  constructor(url: string, options: { token?: string; headers?: Record<string, string>; transports?: string[] } = {}) {
    this.socket = io(`${url}/live`, {
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 100,
      transports: options.transports ?? ['websocket'],
      auth: options.token === '' ? {} : { token: options.token ?? ADMIN_TOKEN },
      extraHeaders: options.headers ?? {},
    });
    this.socket.on('topology:delta', (frame) => this.deltas.push(frame));
    this.socket.on('metrics:window', (frame) => this.windows.push(frame));
    this.socket.on('suite:status', (frame) => this.statuses.push(frame));
    for (const topic of ['anomaly:raised', 'anomaly:updated'] as const)
      this.socket.on(topic, (frame) => this.incidents.push({ topic, frame }));
    this.socket.on('snapshot', (reason) => this.snapshots.push(reason));
    this.socket.on('connect_error', (error) => (this.error = error));
  }

  get seqs(): number[] {
    return this.deltas.map(({ seq }) => seq);
  }

  async subscribe(topics: LiveTopic[], namespaces?: string[]): Promise<SubscribeAck> {
    return (await this.socket.timeout(5000).emitWithAck('subscribe', { topics, ...(namespaces ? { namespaces } : {}) })) as SubscribeAck;
  }

  /** As a lost network does it: no goodbye. */
  drop(): void {
    this.socket.io.engine.close();
  }

  /** Lost, and not back before `resume`. */
  goAway(): void {
    this.socket.io.reconnection(false);
    this.drop();
  }

  comeBack(): void {
    this.socket.io.reconnection(true);
    this.socket.connect();
  }

  close(): void {
    this.socket.disconnect();
  }
}
