/**
 * The live feed: one Socket.IO connection to `/live` for the whole page (DESIGN §6).
 * Invariant: after a gap that the server cannot replay, everything that was fetched is asked for again.
 */
import type { ClientToServerEvents, LiveFrame, LiveTopic, ServerToClientEvents, SubscribeAck } from '@observatory/contracts';
import { useEffect, useRef } from 'react';
import { io, type Socket } from 'socket.io-client';
import { create } from 'zustand';

export interface LiveConnection {
  state: 'off' | 'connecting' | 'live' | 'cut';
  since: number;
  reason?: string | undefined;
}
export const useLiveConnection = create<LiveConnection>(() => ({ state: 'off', since: Date.now() }));

type Handler = (frame: never) => void;
const handlers = new Map<LiveTopic, Set<Handler>>();
const snapshotHandlers = new Set<() => void>();
let socket: Socket<ServerToClientEvents, ClientToServerEvents> | undefined;
let wasLive = false;

const REASONS: Record<string, string> = {
  'transport close': 'the connection was closed',
  'transport error': 'the connection broke',
  'ping timeout': 'the gateway stopped answering',
  'io server disconnect': 'the gateway ended the session',
};

function setState(state: LiveConnection['state'], reason?: string): void {
  if (useLiveConnection.getState().state !== state) useLiveConnection.setState({ state, since: Date.now(), reason });
}

function needSnapshot(): void {
  for (const handler of snapshotHandlers) handler();
}

function subscribe(): void {
  const topics = [...handlers.keys()];
  if (!socket?.connected || topics.length === 0) return;
  const recovered = socket.recovered;
  socket.emit('subscribe', { topics }, (answer: SubscribeAck) => {
    if (!answer.ok) return setState('cut', answer.error.message);
    setState('live');
    // The first time nothing was missed: what is on the page was asked for a moment ago.
    if (wasLive && (answer.snapshot || !recovered)) needSnapshot();
    wasLive = true;
  });
}

/** Opens the feed. The session cookie is the token. Returns what closes it. */
export function openLive(): () => void {
  setState('connecting');
  socket = io('/live', { transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelayMax: 5000 });
  socket.on('connect', subscribe);
  socket.on('disconnect', (reason) => setState('cut', REASONS[reason] ?? reason));
  socket.on('connect_error', (error) => setState('cut', error.message));
  socket.on('snapshot', needSnapshot);
  socket.onAny((topic: string, frame: unknown) => {
    for (const handler of handlers.get(topic as LiveTopic) ?? []) handler(frame as never);
  });
  return () => {
    socket?.disconnect();
    socket = undefined;
    wasLive = false;
    setState('off');
  };
}

function listen<T extends LiveTopic>(topic: T, handler: (frame: LiveFrame<T>) => void): () => void {
  const known = handlers.get(topic);
  const set = known ?? new Set<Handler>();
  set.add(handler);
  if (!known) {
    handlers.set(topic, set);
    subscribe();
  }
  return () => void set.delete(handler);
}

/** Calls `handler` for every frame of `topic` while mounted; the latest handler is the one that is called. */
export function useLive<T extends LiveTopic>(topic: T, handler: (frame: LiveFrame<T>) => void): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => listen(topic, (frame) => latest.current(frame)), [topic]);
}

/** Calls `handler` when frames were missed that cannot be replayed: what is held is not complete any more. */
export function useSnapshotNeeded(handler: () => void): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const each = () => latest.current();
    snapshotHandlers.add(each);
    return () => void snapshotHandlers.delete(each);
  }, []);
}
