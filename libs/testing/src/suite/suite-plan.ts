/** The table of everything that `npm start` runs, from the settings: servers, the demo mesh with its Prometheus, the six services. */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@observatory/contracts';
import { freePort, portProblem } from '../processes/free-port.js';
import { runJob } from '../processes/job.js';
import type { ProcessSpec } from '../processes/managed-process.js';
import { planNats, type NatsUser } from '../servers/nats.js';
import { planPostgres } from '../servers/postgres.js';
import { planPrometheus, prometheusDataFolder } from '../servers/prometheus.js';
import { planRedis } from '../servers/redis.js';
import { answersOk, type ServerPlan } from '../servers/server.js';
import type { SuiteSettings } from './settings.js';
import type { Stage } from './supervisor.js';

/** Those with a gRPC door, in the order of their ports. */
const WITH_GRPC: readonly ServiceName[] = ['metrics', 'topology', 'certs', 'policy', 'anomaly'];

/** A young generation of 4 MB instead of 16: a quarter less memory for an idle service, measured. */
const SERVICE_FLAGS = ['--max-semi-space-size=4', '--import'];
const SOURCE_MAPS = 'libs/platform/dist/bootstrap/source-maps.js';

/**
 * glibc gives freed buffers back: it otherwise learns to keep blocks of up to 32 MB, which an answer of a large mesh is.
 * Topology at 20,000 edges, between windows: 240 MB without, 200 MB with, measured.
 */
const SERVICE_MALLOC = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

export interface SuitePlan {
  readonly stages: readonly Stage[];
  readonly ports: Readonly<Record<string, number>>;
  readonly demoControlUrl: string | undefined;
}

export interface PlanInput {
  /** The repository. */
  readonly root: string;
  readonly settings: SuiteSettings;
  readonly natsUsers: readonly NatsUser[];
  readonly linkToken: string;
}

interface Servers {
  readonly processes: readonly ProcessSpec[];
  readonly databaseUrl: string;
  readonly natsUrlOf: (service: ServiceName) => string;
  readonly redisUrl: string;
}

interface DemoMesh {
  readonly processes: readonly ProcessSpec[];
  readonly prometheus: ServerPlan;
  readonly controlUrl: string;
  /** What the services get to observe it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: Readonly<Record<string, number>>;
}

const logIn = (settings: SuiteSettings, name: string): string => join(settings.dataFolder, 'logs', `${name}.log`);

async function planServers({ settings, natsUsers }: PlanInput): Promise<Servers> {
  const place = async (name: string) => ({
    folder: join(settings.dataFolder, name),
    port: await freePort(),
    logFile: logIn(settings, name),
  });
  const processes: ProcessSpec[] = [];
  const embedded = async (given: string | undefined, plan: () => Promise<ServerPlan>): Promise<string> => {
    if (given !== undefined) return given;
    const { url, process } = await plan();
    processes.push(process);
    return url;
  };
  const databaseUrl = await embedded(settings.databaseUrl, async () => planPostgres(await place('postgres')));
  const redisUrl = await embedded(settings.redisUrl, async () => planRedis(await place('redis')));
  if (settings.natsUrl !== undefined) return { processes, databaseUrl, redisUrl, natsUrlOf: () => settings.natsUrl as string };
  const nats = planNats({ ...(await place('nats')), users: natsUsers });
  return { processes: [...processes, nats.process], databaseUrl, redisUrl, natsUrlOf: nats.urlOf };
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

const historyMarker = ({ dataFolder }: SuiteSettings): string => join(dataFolder, 'prometheus/history-loaded');
const hasHistory = (settings: SuiteSettings): boolean => existsSync(historyMarker(settings));

/** Loads the days before the first start into Prometheus' folder, once: the marker is written when all of it is there. */
async function loadHistory({ root, settings }: PlanInput, demoFolder: string, stopped: AbortSignal): Promise<void> {
  if (hasHistory(settings)) return;
  const out = prometheusDataFolder(join(settings.dataFolder, 'prometheus'));
  // What a start that was cut off has left would be there twice.
  await rm(out, { recursive: true, force: true });
  const args = [join(root, 'libs/demo-mesh/dist/history.js'), '--out', out, '--days', String(settings.demoDays)];
  const env = { DEMO_DATA: demoFolder };
  await runJob({ name: 'history', command: process.execPath, args, env, logFile: logIn(settings, 'history') }, stopped);
  await writeFile(historyMarker(settings), '');
}

async function writeDemoCluster(folder: string, httpUrl: string, prometheusUrl: string): Promise<void> {
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, await fetchText(`${httpUrl}/control/kubeconfig`), { mode: 0o600 });
  const cluster = {
    name: 'demo',
    kubeconfig,
    prometheus: { url: prometheusUrl },
    jaeger: { url: `${httpUrl}/jaeger` },
    loki: { url: `${httpUrl}/loki` },
  };
  await writeFile(join(folder, 'clusters.yaml'), `${JSON.stringify({ clusters: [cluster] }, undefined, 2)}\n`);
}

async function planDemo(input: PlanInput): Promise<DemoMesh> {
  const { root, settings } = input;
  const folder = join(settings.dataFolder, 'demo');
  const [kubePort, httpPort] = [await freePort(), await freePort()];
  const httpUrl = `http://127.0.0.1:${httpPort}`;
  const server = planPrometheus({
    folder: join(settings.dataFolder, 'prometheus'),
    port: await freePort(),
    logFile: logIn(settings, 'prometheus'),
    config: () => fetchText(`${httpUrl}/control/prometheus.yml`),
  });
  const prometheus: ServerPlan = {
    ...server,
    process: {
      ...server.process,
      prepare: async (stopped) => {
        await server.process.prepare?.(stopped);
        await writeDemoCluster(folder, httpUrl, server.url);
      },
    },
  };
  const demo: ProcessSpec = {
    name: 'demo',
    command: process.execPath,
    args: [...SERVICE_FLAGS, join(root, 'libs/demo-mesh/dist/main.js')],
    env: {
      DEMO_KUBE_PORT: String(kubePort),
      DEMO_HTTP_PORT: String(httpPort),
      DEMO_DATA: folder,
      DEMO_PROMETHEUS_DATA: prometheusDataFolder(join(settings.dataFolder, 'prometheus')),
    },
    logFile: logIn(settings, 'demo'),
    prepare: async (stopped) => {
      await mkdir(folder, { recursive: true });
      // Before the live mesh, which goes on from where its history ends.
      await loadHistory(input, folder, stopped);
    },
    isReady: () => answersOk(`${httpUrl}/control/faults`),
    readyWithinMs: 60_000,
  };
  return {
    processes: [demo],
    prometheus,
    controlUrl: httpUrl,
    env: {
      OBSERVATORY_CLUSTERS: join(folder, 'clusters.yaml'),
      KUBECONFIG: undefined,
      PROMETHEUS_URL: undefined,
      OBSERVATORY_DEMO_URL: httpUrl,
    },
    ports: { 'demo.kube': kubePort, 'demo.http': httpPort, prometheus: Number(new URL(server.url).port) },
  };
}

function observedEnv({ clustersFile, kubeconfig, prometheusUrl }: SuiteSettings): Readonly<Record<string, string | undefined>> {
  return { OBSERVATORY_CLUSTERS: clustersFile, KUBECONFIG: kubeconfig, PROMETHEUS_URL: prometheusUrl, OBSERVATORY_DEMO_URL: undefined };
}

async function usualPort(port: number): Promise<number> {
  return (await portProblem(port)) === undefined ? port : freePort();
}

async function servicePorts(service: ServiceName, firstGrpcPort: number): Promise<Record<string, number>> {
  const index = WITH_GRPC.indexOf(service);
  const http = { [`${service}.http`]: await freePort() };
  if (index === -1) return http;
  return { ...http, [`${service}.grpc`]: firstGrpcPort === 0 ? await freePort() : await usualPort(firstGrpcPort + index) };
}

function planService(
  service: ServiceName,
  input: PlanInput,
  shared: { ports: Record<string, number>; servers: Servers; env: DemoMesh['env'] },
): ProcessSpec {
  const { root, settings, linkToken } = input;
  const { ports, servers, env } = shared;
  const gateway = { PORT: String(settings.port), HOST: settings.host, OBSERVATORY_LINK_TOKEN: linkToken, UI_ROOT: join(root, 'ui/dist') };
  const httpPort = ports[`${service}.http`];
  const readyUrl =
    service === 'gateway' ? `http://${reachable(settings.host)}:${settings.port}/readyz` : `http://127.0.0.1:${httpPort}/readyz`;
  return {
    name: service,
    command: process.execPath,
    args: [...SERVICE_FLAGS, join(root, SOURCE_MAPS), join(root, 'services', service, 'dist/main.js')],
    env: {
      ...env,
      ...SERVICE_MALLOC,
      NODE_ENV: 'production',
      NODE_OPTIONS: undefined,
      HOST: '127.0.0.1',
      PORT: undefined,
      HTTP_PORT: String(httpPort),
      GRPC_PORT: ports[`${service}.grpc`]?.toString(),
      NATS_URL: servers.natsUrlOf(service),
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redisUrl,
      OBSERVATORY_WINDOW_SEC: String(settings.windowSec),
      ...(service === 'gateway' ? gateway : {}),
    },
    logFile: logIn(settings, service),
    isReady: () => answersOk(readyUrl),
    readyWithinMs: 60_000,
  };
}

const VITE_PORT = 5173;

/** The UI from its sources, reloading as they change; it passes what is not the UI on to the gateway. */
function planVite({ root, settings }: PlanInput, port: number): ProcessSpec {
  return {
    name: 'vite',
    command: process.execPath,
    args: [join(root, 'node_modules/vite/bin/vite.js'), join(root, 'ui'), '--port', String(port), '--strictPort', '--clearScreen', 'false'],
    env: { OBSERVATORY_GATEWAY: `http://${reachable(settings.host)}:${settings.port}` },
    logFile: logIn(settings, 'vite'),
    isReady: () => answersOk(`http://127.0.0.1:${port}/`),
    readyWithinMs: 60_000,
  };
}

/** Where we reach what listens on every address. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

export async function planSuite(input: PlanInput): Promise<SuitePlan> {
  const { settings } = input;
  const servers = await planServers(input);
  const demo = settings.demo ? await planDemo(input) : undefined;
  const ports: Record<string, number> = { gateway: settings.port, ...demo?.ports };
  for (const service of SERVICE_NAMES) Object.assign(ports, await servicePorts(service, settings.grpcPort));
  const env = demo?.env ?? observedEnv(settings);
  const services = SERVICE_NAMES.map((service) => planService(service, input, { ports, servers, env }));
  const stages: Stage[] = [
    { label: `starting ${servers.processes.map(({ name }) => name).join(', ')}`, processes: servers.processes },
    {
      label: hasHistory(settings) ? 'starting the demo mesh' : `writing ${settings.demoDays} days of the demo mesh's past, once`,
      processes: demo?.processes ?? [],
    },
    { label: 'starting prometheus', processes: demo === undefined ? [] : [demo.prometheus.process] },
    { label: 'starting the services', processes: services },
  ];
  if (settings.watch) {
    ports['vite'] = await usualPort(VITE_PORT);
    stages.push({ label: 'starting vite', processes: [planVite(input, ports['vite'])] });
  }
  return { stages: stages.filter(({ processes }) => processes.length > 0), ports, demoControlUrl: demo?.controlUrl };
}
