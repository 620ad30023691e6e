/** The types of the live feed's sockets. */
import type { ClientToServerEvents, LiveTopic, ServerToClientEvents } from '@observatory/contracts';
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { Filter } from './rooms.js';

export interface Subscription {
  topics: LiveTopic[];
  filter: Filter;
}

/** Kept with the session while a client is away. */
export interface SocketData {
  credential: string;
  expiresAt: string | null;
  subscription?: Subscription;
  /** Since when it gets no frames because it does not take them. */
  laggingSince?: number;
}

export type LiveServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type LiveNamespace = Namespace<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
