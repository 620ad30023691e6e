/** What the person who starts the suite has asked for (DESIGN §4): flags and environment to one checked object. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface SuiteSettings {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** The first of the services' gRPC ports, one after the other; 0: free ones. */
  readonly grpcPort: number;
  /** True: the demo mesh and its Prometheus are started and observed. */
  readonly demo: boolean;
  /** How much of the demo mesh's past is written at the first start. */
  readonly demoDays: number;
  readonly watch: boolean;
  readonly windowSec: number;
  readonly adminToken: string | undefined;
  /** Servers of the operator's own, instead of embedded ones. */
  readonly databaseUrl: string | undefined;
  readonly natsUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly clustersFile: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly prometheusUrl: string | undefined;
}

/** Settings that make no sense; each problem says which one and what it may be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Below the range of outgoing connections, one of which may otherwise take a port between our look and the service's listen. */
const GRPC_PORT = 25_051;

type Environment = Readonly<Record<string, string | undefined>>;

function whole(
  text: string | undefined,
  fallback: number,
  { name, least, most }: { name: string; least: number; most: number },
): number | string {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value <= most
    ? value
    : `${name}=${text}: must be a whole number from ${least} to ${most}`;
}

function observedCluster(environment: Environment, demo: boolean): { problems: string[]; kubeconfig: string | undefined } {
  const file = environment['OBSERVATORY_CLUSTERS'];
  if (demo) return { problems: [], kubeconfig: undefined };
  if (file !== undefined)
    return { problems: existsSync(file) ? [] : [`OBSERVATORY_CLUSTERS=${file}: there is no such file`], kubeconfig: undefined };
  const usual = join(homedir(), '.kube/config');
  const kubeconfig = environment['KUBECONFIG'] ?? (existsSync(usual) ? usual : undefined);
  const problems: string[] = [];
  if (kubeconfig === undefined && environment['KUBERNETES_SERVICE_HOST'] === undefined)
    problems.push('No cluster to observe: set KUBECONFIG (and PROMETHEUS_URL) or OBSERVATORY_CLUSTERS, or leave out --no-demo.');
  else if (kubeconfig !== undefined && !existsSync(kubeconfig)) problems.push(`KUBECONFIG=${kubeconfig}: there is no such file`);
  if (environment['PROMETHEUS_URL'] === undefined)
    problems.push(
      "No Prometheus to read the mesh's metrics from: set PROMETHEUS_URL, e.g. to http://127.0.0.1:9090 behind `kubectl port-forward`.",
    );
  return { problems, kubeconfig };
}

/** Throws SettingsError with every problem at once. */
export function suiteSettings(flags: readonly string[], environment: Environment, root: string): SuiteSettings {
  const clustersFile = environment['OBSERVATORY_CLUSTERS'];
  // Who names clusters wants to see them.
  const demo = !flags.includes('--no-demo') && clustersFile === undefined;
  const port = whole(environment['PORT'], 8080, { name: 'PORT', least: 1, most: 65_535 });
  const grpcPort = whole(environment['OBSERVATORY_GRPC_PORT'], GRPC_PORT, { name: 'OBSERVATORY_GRPC_PORT', least: 0, most: 65_000 });
  const windowSec = whole(environment['OBSERVATORY_WINDOW_SEC'], 30, { name: 'OBSERVATORY_WINDOW_SEC', least: 1, most: 300 });
  const demoDays = whole(environment['OBSERVATORY_DEMO_DAYS'], 7, { name: 'OBSERVATORY_DEMO_DAYS', least: 1, most: 30 });
  const { problems, kubeconfig } = observedCluster(environment, demo);
  for (const value of [port, grpcPort, windowSec, demoDays]) if (typeof value === 'string') problems.push(value);
  if (
    typeof port === 'string' ||
    typeof grpcPort === 'string' ||
    typeof windowSec === 'string' ||
    typeof demoDays === 'string' ||
    problems.length > 0
  )
    throw new SettingsError(problems);
  return {
    dataFolder: resolve(root, environment['OBSERVATORY_DATA'] ?? '.observatory'),
    host: environment['HOST'] ?? '127.0.0.1',
    port,
    grpcPort,
    demo,
    demoDays,
    watch: flags.includes('--watch'),
    windowSec,
    adminToken: environment['OBSERVATORY_ADMIN_TOKEN'],
    databaseUrl: environment['DATABASE_URL'],
    natsUrl: environment['NATS_URL'],
    redisUrl: environment['REDIS_URL'],
    clustersFile: demo || clustersFile === undefined ? undefined : resolve(clustersFile),
    kubeconfig: kubeconfig === undefined ? undefined : resolve(kubeconfig),
    prometheusUrl: demo ? undefined : environment['PROMETHEUS_URL'],
  };
}
