/**
 * The live feed: Socket.IO namespace `/live` (DESIGN §6). A client that comes back within two minutes gets what it missed;
 * any other is told by `snapshot` that what it holds is not complete.
 */
import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  subscribeRequest,
  type LiveFrame,
  type LiveTopic,
  type ServerToClientEvents,
  type SubscribeAck,
  type SuiteStatus,
} from '@observatory/contracts';
import { asDomainError, parseRequest, RedisLink } from '@observatory/platform';
import { Server } from 'socket.io';
import { CONFIG, type GatewayConfig } from '../config.js';
import { SuiteWatch } from '../suite/suite-watch.js';
import { catchUp, sweepBacklogs } from './backlog.js';
import { Claims } from './claims.js';
import { FilterRegistry } from './filter-registry.js';
import { LiveDoor } from './live-door.js';
import type { LiveNamespace, LiveServer, LiveSocket } from './live-types.js';
import { redisAdapter, trimStream } from './redis-adapter.js';
import { filterOf, roomOf, roomsOf, type Filter } from './rooms.js';

const RECOVERY_MS = 120_000;
/** The largest thing that a client says is a list of namespaces. */
const MESSAGE_MAX_BYTES = 1024 * 1024;
const CONNECT_WITHIN_MS = 10_000;
/** A half-open connection is noticed after the sum of both. */
const PING_EVERY_MS = 15_000;
const PONG_WITHIN_MS = 10_000;
const SWEEP_MS = 500;
const FILTER_SAID_EVERY_MS = 30_000;

export interface LiveEvent<T extends LiveTopic> {
  topic: T;
  frame: LiveFrame<T>;
  storedAt: Date;
  /** The frame as one gets it who listens to some namespaces; undefined: it does not concern them. */
  narrowed: (filter: Filter) => LiveFrame<T> | undefined;
}

@Injectable()
export class LiveFeed implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveFeed.name);
  private io: LiveServer | undefined;
  private live: LiveNamespace | undefined;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly door: LiveDoor,
    private readonly redis: RedisLink,
    private readonly claims: Claims,
    private readonly filters: FilterRegistry,
    private readonly watch: SuiteWatch,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  attach(server: HttpServer): void {
    const shared = this.redis.client && redisAdapter(this.redis.client);
    this.io = new Server(server, {
      serveClient: false,
      maxHttpBufferSize: MESSAGE_MAX_BYTES,
      connectTimeout: CONNECT_WITHIN_MS,
      pingInterval: PING_EVERY_MS,
      pingTimeout: PONG_WITHIN_MS,
      allowRequest: (request, decide) => {
        const refusal = this.door.refusal(request, this.io?.engine.clientsCount ?? 0);
        decide(refusal, refusal === null);
      },
      connectionStateRecovery: { maxDisconnectionDuration: RECOVERY_MS, skipMiddlewares: false },
      ...(shared ? { adapter: shared.adapter } : {}),
    });
    this.live = this.io.of('/live');
    this.live.use((socket, next) => void this.door.admit(socket, next));
    this.live.on('connection', (socket) => this.connected(socket));
    this.watch.onChange((status) => this.sendStatus(status));
    this.every(SWEEP_MS, (live) => sweepBacklogs(live, Date.now()));
    this.every(FILTER_SAID_EVERY_MS, (live) => this.lookAround(live));
    // The last frame that a client got is where its recovery starts, and may be two windows old when it goes.
    const keptMs = RECOVERY_MS + 2 * 1000 * this.config.OBSERVATORY_WINDOW_SEC + SWEEP_MS;
    if (shared) this.stops.push(trimStream(this.redis, keptMs), shared.close);
  }

  /**
   * Sends an event to the subscribers on all replicas, or to one's own, as Claims says. `seq` is the event's place in the stream, the same everywhere.
   */
  async publish<T extends LiveTopic>({ topic, frame, storedAt, narrowed }: LiveEvent<T>): Promise<void> {
    if (!this.live) return;
    // The time too: a stream that was made anew counts from 1 again.
    const claim = await this.claims.claim(`${topic}:${frame.seq}:${storedAt.getTime()}`);
    if (claim === 'theirs') return;
    sweepBacklogs(this.live, Date.now());
    const target = claim === 'mine' ? this.live : this.live.local;
    for (const filter of await this.filters.all()) {
      const room = roomOf(topic, filter);
      if (filter.length > 0 && room === roomOf(topic, [])) continue;
      const own = filter.length === 0 ? frame : narrowed(filter);
      if (own) emit(target.to(room), topic, own);
    }
  }

  /** Ends every connection of a credential that holds no longer. */
  disconnect(credential: string): void {
    this.live?.in(`credential:${credential}`).disconnectSockets(true);
  }

  beforeApplicationShutdown(): void {
    // The HTTP server is the application's to close, and nobody waits for it here.
    void this.io?.close();
    for (const stop of this.stops) stop();
  }

  private connected(socket: LiveSocket): void {
    void socket.join(`credential:${socket.data.credential}`);
    const { subscription, laggingSince } = socket.data;
    if (socket.recovered && subscription) {
      void this.filters.use(subscription.filter);
      if (laggingSince !== undefined) catchUp(socket);
      if (subscription.topics.includes('suite:status')) this.greet(socket);
    }
    socket.on('subscribe', (request, ack) => void this.subscribe(socket, request, ack));
  }

  private async subscribe(socket: LiveSocket, request: unknown, ack: unknown): Promise<void> {
    const answer = (said: SubscribeAck) => (typeof ack === 'function' ? (ack as (said: SubscribeAck) => void)(said) : undefined);
    try {
      this.door.countSubscription(socket);
      const { topics, namespaces } = parseRequest(subscribeRequest, request);
      const filter = await this.filters.use(filterOf(namespaces));
      answer(this.listen(socket, [...new Set(topics)], filter));
      if (topics.includes('suite:status')) this.greet(socket);
    } catch (thrown) {
      const { code, message } = asDomainError(thrown).toReply();
      if (code === 'internal/bug') this.logger.error(thrown);
      answer({ ok: false, error: { code, message } });
    }
  }

  /** Replaces what the socket listened to, and tells whether what it may hold already goes on. */
  private listen(socket: LiveSocket, topics: LiveTopic[], filter: Filter): SubscribeAck {
    const before = socket.data.subscription;
    const wanted = new Set(roomsOf(topics, filter));
    const had = new Set(before ? roomsOf(before.topics, before.filter) : []);
    for (const room of had) if (!wanted.has(room)) void socket.leave(room);
    void socket.join([...wanted]);
    socket.data.subscription = { topics, filter };
    const goesOn = [...wanted].every((room) => had.has(room));
    const wasAway = before === undefined && typeof socket.handshake.auth['pid'] === 'string';
    const snapshot = wasAway || (before !== undefined && !goesOn);
    if (snapshot)
      socket.emit('snapshot', {
        topics,
        reason: wasAway ? 'This client was away for too long' : 'The subscription is another than before',
      });
    return { ok: true, topics, recovered: socket.recovered && goesOn, snapshot };
  }

  /** How the suite is, for one who just came: a state needs no history. */
  private greet(socket: LiveSocket): void {
    socket.emit('suite:status', statusFrame(this.watch.current()));
  }

  /** Every replica sees the suite for itself, and tells its own sockets. */
  private sendStatus(status: SuiteStatus): void {
    this.live?.local.to(roomOf('suite:status', [])).emit('suite:status', statusFrame(status));
  }

  /** Says again which filters are in use, and lets go of those whose sign-in is over. */
  private lookAround(live: LiveNamespace): void {
    const now = Date.now();
    const inUse = new Map<string, Filter>();
    for (const socket of live.sockets.values()) {
      const { expiresAt, subscription } = socket.data;
      if (expiresAt !== null && Date.parse(expiresAt) <= now) socket.disconnect(true);
      else if (subscription) inUse.set(subscription.filter.join(), subscription.filter);
    }
    for (const filter of inUse.values()) void this.filters.use(filter);
  }

  private every(ms: number, act: (live: LiveNamespace) => void): void {
    const timer = setInterval(() => this.live && act(this.live), ms);
    timer.unref();
    this.stops.push(() => clearInterval(timer));
  }
}

function statusFrame(status: SuiteStatus): LiveFrame<'suite:status'> {
  return { seq: Date.parse(status.generatedAt), at: status.generatedAt, data: status };
}

/** Socket.IO cannot tell that the frame of a topic fits the listener of the same topic when the topic is a parameter. */
function emit<T extends LiveTopic>(target: ReturnType<LiveNamespace['to']>, topic: T, frame: LiveFrame<T>): void {
  (target.emit as (topic: keyof ServerToClientEvents, frame: unknown) => boolean).call(target, topic, frame);
}
