/**
 * A watch: one JSON event a line over a response that stays open. It starts at the revision asked for; a revision that
 * was compacted gets one ERROR event with code 410, as the API server sends it. Bookmarks keep quiet watches fresh.
 */
import type { ServerResponse } from 'node:http';
import { inVersion, statusObject, type ResourceRequest } from './resource.js';
import type { Store, StoreEvent } from './store.js';

const BOOKMARK_INTERVAL_MS = 10_000;
/** Watches end after some minutes, like a real server's, so that clients' way back stays exercised. */
const DEFAULT_TIMEOUT_SEC = 1800;
/** A reader that leaves this much unread is cut off: it lists again. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;

/** The event as this watcher sees it: leaving the selector is a deletion, entering it an addition. */
export function eventFor(event: StoreEvent, request: ResourceRequest): { type: string; object: unknown } | undefined {
  if (event.info !== request.info) return undefined;
  const now = request.matches(event.object);
  const before = event.previous ? request.matches(event.previous) : false;
  const object = inVersion(event.object, request.apiVersion);
  if (event.type === 'DELETED') return before ? { type: 'DELETED', object } : undefined;
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  return before ? { type: 'DELETED', object } : undefined;
}

export function watch(store: Store, request: ResourceRequest, response: ServerResponse): void {
  const from = request.query.get('resourceVersion') ?? '';
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const send = (event: unknown) => {
    response.write(`${JSON.stringify(event)}\n`);
    if (response.writableLength > UNREAD_LIMIT_BYTES) response.destroy();
  };
  const past =
    from === '' || from === '0' ? initialEvents(store, request) : store.since(Number(from))?.map((event) => eventFor(event, request));
  if (!past) {
    response.end(
      `${JSON.stringify({ type: 'ERROR', object: statusObject(410, `too old resource version: ${from} (${store.revision})`) })}\n`,
    );
    return;
  }
  for (const event of past) if (event) send(event);
  follow(store, request, { response, send });
}

function initialEvents(store: Store, request: ResourceRequest): { type: string; object: unknown }[] {
  return store
    .list(request.info)
    .filter(request.matches)
    .map((object) => ({ type: 'ADDED', object: inVersion(object, request.apiVersion) }));
}

function follow(store: Store, request: ResourceRequest, stream: { response: ServerResponse; send: (event: unknown) => void }): void {
  const { response, send } = stream;
  const unsubscribe = store.subscribe((event) => {
    const seen = eventFor(event, request);
    if (seen) send(seen);
  });
  const bookmarks = ['true', '1'].includes(request.query.get('allowWatchBookmarks') ?? '');
  const bookmark = setInterval(() => {
    if (bookmarks)
      send({
        type: 'BOOKMARK',
        object: { kind: request.info.kind, apiVersion: request.apiVersion, metadata: { resourceVersion: String(store.revision) } },
      });
  }, BOOKMARK_INTERVAL_MS);
  const timeoutSec = Number(request.query.get('timeoutSeconds')) || DEFAULT_TIMEOUT_SEC;
  const end = setTimeout(() => response.end(), timeoutSec * 1000);
  response.on('close', () => {
    unsubscribe();
    clearInterval(bookmark);
    clearTimeout(end);
  });
}
