/** The static UI: files as they are, any other path the one page, and under `/api/` nothing of both. */
import { stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import { DomainError } from '@observatory/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nothingThere, sendProblem } from '../http/problem.filter.js';
import { asHttpError } from '../http/problem.js';
import { NOT_BUILT_PAGE } from './not-built.js';

/** Vite writes a hash of the content into the names of what it puts here. */
const HASHED = /^\/assets\/[^/]+-[\w-]{8,}\.\w+$/;
const IMMUTABLE_SEC = 365 * 86_400;
/** Files are compressed for each browser anew, which then keeps them. */
const BROTLI_QUALITY = 5;

export async function registerUi(server: FastifyInstance, root: string): Promise<void> {
  await server.register(async (ui) => {
    ui.setErrorHandler((thrown, request, reply) => sendProblem(request, reply, asHttpError(thrown)));
    const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
    await ui.register(fastifyCompress, { encodings: ['br', 'gzip'], brotliOptions: { params } });
    await ui.register(fastifyStatic, { root, serve: false, cacheControl: false, dotfiles: 'ignore' });
    ui.get('/*', (request, reply) => serve(request, reply, root));
  });
}

async function serve(request: FastifyRequest, reply: FastifyReply, root: string): Promise<FastifyReply> {
  const path = decoded(request.url.split('?')[0] ?? '/');
  if (path === undefined || path === '/api' || path.startsWith('/api/')) {
    sendProblem(request, reply, nothingThere(request, reply));
    return reply;
  }
  if (await isFile(root, path)) {
    reply.header('cache-control', HASHED.test(path) ? `public, max-age=${IMMUTABLE_SEC}, immutable` : 'no-cache');
    return reply.sendFile(path);
  }
  if (wantsPage(request)) return page(reply, root);
  sendProblem(request, reply, new DomainError('resource/not-found'));
  return reply;
}

/** Names in paths may have dots, so that only the wish for HTML tells a page of the UI from a file that is not there. */
function wantsPage({ headers, url }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true || !/\.\w+$/.test(url.split('?')[0] ?? '');
}

async function page(reply: FastifyReply, root: string): Promise<FastifyReply> {
  reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
  return (await isFile(root, '/index.html')) ? reply.sendFile('index.html') : reply.code(503).send(NOT_BUILT_PAGE);
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function isFile(root: string, path: string): Promise<boolean> {
  const file = normalize(join(root, path));
  if (!file.startsWith(normalize(root) + sep) || path.includes('\0')) return false;
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
