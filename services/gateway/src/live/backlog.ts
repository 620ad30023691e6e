/**
 * Clients that take frames more slowly than they come. One with too much waiting leaves its rooms; when it has taken
 * what was waiting, it comes back with a `snapshot`. What waits for one client is bounded by BACKLOG_MAX_BYTES and one event.
 */
import { roomsOf } from './rooms.js';
import type { LiveNamespace, LiveSocket } from './live-types.js';

/** A delta of 20,000 edges is some 10 MB, and must not make a client slow that takes it at once. */
export const BACKLOG_MAX_BYTES = 16 * 1024 * 1024;
export const BACKLOG_MAX_FRAMES = 200;
/** Who takes nothing for this long is cut off; it may come back. */
const LAGGING_MAX_MS = 60_000;

/** What engine.io keeps of a connection, as far as we look. */
interface Connection {
  writeBuffer: { data?: unknown }[];
  transport: { socket?: { bufferedAmount?: number } };
}

export interface Backlog {
  frames: number;
  bytes: number;
}

export function backlogOf(socket: LiveSocket): Backlog {
  const { writeBuffer, transport } = socket.conn as unknown as Connection;
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0);
  return { frames: writeBuffer.length, bytes: waiting + (transport.socket?.bufferedAmount ?? 0) };
}

/** Looks at every socket of this replica. */
export function sweepBacklogs(live: LiveNamespace, now: number): void {
  for (const socket of live.sockets.values()) {
    const { frames, bytes } = backlogOf(socket);
    if (socket.data.laggingSince === undefined) {
      if (frames > BACKLOG_MAX_FRAMES || bytes > BACKLOG_MAX_BYTES) fallBehind(socket, now);
    } else if (frames === 0 && bytes === 0) {
      catchUp(socket);
    } else if (now - socket.data.laggingSince > LAGGING_MAX_MS) {
      socket.conn.close();
    }
  }
}

function fallBehind(socket: LiveSocket, now: number): void {
  socket.data.laggingSince = now;
  const { subscription } = socket.data;
  if (subscription) for (const room of roomsOf(subscription.topics, subscription.filter)) void socket.leave(room);
}

export function catchUp(socket: LiveSocket): void {
  delete socket.data.laggingSince;
  const { subscription } = socket.data;
  if (!subscription) return;
  void socket.join(roomsOf(subscription.topics, subscription.filter));
  socket.emit('snapshot', { topics: subscription.topics, reason: 'This client fell behind: frames were left out' });
}
