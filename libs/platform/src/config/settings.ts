/** Settings that more than one service has. A service's config.ts picks from here and adds its own. */
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const url = (...protocols: string[]) =>
  z.string().refine((text) => protocols.some((protocol) => text.startsWith(`${protocol}://`)), {
    message: `must start with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
  });

/** `grpcPort` is the service's default; 0 picks a free port. */
export function serviceSettings(grpcPort: number) {
  return {
    HOST: z.string().default('127.0.0.1').describe('address that all doors listen on'),
    HTTP_PORT: port.default(0).describe('port of /healthz, /readyz and /metrics'),
    GRPC_PORT: port.default(grpcPort).describe('port of the gRPC door'),
    ...suiteSettings,
  };
}

export const suiteSettings = {
  NATS_URL: url('nats', 'tls', 'ws', 'wss').default('nats://127.0.0.1:4222').describe('NATS with JetStream; user and password in the URL'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').describe('least severe log line that is written'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional().describe('where traces of the suite itself go'),
  OBSERVATORY_WINDOW_SEC: z.coerce.number().int().min(1).max(300).default(30).describe('length of a window in seconds'),
};

export const databaseSettings = {
  DATABASE_URL: url('postgres', 'postgresql').describe('PostgreSQL 15 or later, or TimescaleDB'),
};

export const redisSettings = {
  REDIS_URL: z
    .union([z.literal('none'), url('redis', 'rediss')])
    .default('none')
    .describe('Redis; `none` keeps cache, limits and sockets in process: one replica only'),
};

export const clusterSettings = {
  OBSERVATORY_CLUSTERS: z.string().optional().describe('file that lists several clusters'),
  KUBECONFIG: z.string().optional().describe('kubeconfig of the one cluster; absent in a pod: its own cluster'),
  PROMETHEUS_URL: url('http', 'https').optional().describe('Prometheus of the one cluster'),
};

export const webhookSettings = {
  OBSERVATORY_WEBHOOKS: z.string().optional().describe('file that names the webhooks which are told of alerts'),
  OBSERVATORY_PUBLIC_URL: url('http', 'https').optional().describe('where people reach the suite, for links in alerts'),
};
