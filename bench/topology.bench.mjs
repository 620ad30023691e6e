// What does the graph of a large mesh cost? A real Prometheus holds 2,000 workloads and 20,000 edges as Envoy reports them.
//   1. the window's queries alone (answers read and thrown away) beside the queries, samples, graph and JSON;
//   2. the running suite: warm GET /topology beside a bare Fastify route that sends the same bytes, and resident memory.
// The two of each pair take turns in one run; ratios are of medians. Usage: npm run bench -- topology [workloads] [edges]
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { edges, edgeSeries } from './lib/synthetic-mesh.mjs';
import { writeSeries } from './lib/remote-write.mjs';

const self = fileURLToPath(import.meta.url);
const built = (path) => import(join(self, '../..', path));

const SPACING_MS = 30_000;
/** Samples reach back far enough for a rate over five minutes, and ahead for as long as the measurements take. */
const BACK_MS = 360_000;
const AHEAD_MS = 570_000;
const ROUNDS = 3;
const LOAD_MS = 5000;
const CONNECTIONS = 8;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const quantileOf = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const print = (line) => console.log(line);

async function startLargePrometheus(folder, port) {
  await writeFile(join(folder, 'prometheus.yml'), 'global: {scrape_interval: 30s}\n');
  const args = ['--web.enable-remote-write-receiver', '--log.level=error', `--web.listen-address=127.0.0.1:${port}`];
  const files = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  return spawn('prometheus', [...args, ...files], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function load(url, { workloads, edgeCount }) {
  const now = Math.floor(Date.now() / SPACING_MS) * SPACING_MS;
  const times = [];
  for (let time = now - BACK_MS; time <= now + AHEAD_MS; time += SPACING_MS) times.push(time);
  const all = edges(workloads, edgeCount);
  const series = function* () {
    for (const edge of all) yield* edgeSeries(edge);
  };
  const startedAt = performance.now();
  const count = await writeSeries(url, series(), times);
  print(`${count} series of ${edgeCount} edges loaded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}

/** The same queries, the answers drained: two at a time, as the reader asks them. */
async function queriesAlone(url, queries, at) {
  const startedAt = performance.now();
  const waiting = [...queries];
  const worker = async () => {
    for (let query = waiting.shift(); query; query = waiting.shift()) {
      const body = new URLSearchParams({ query: query.promql, time: String(at.getTime() / 1000) });
      const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
      for await (const chunk of answer.body) void chunk;
    }
  };
  await Promise.all([worker(), worker()]);
  return performance.now() - startedAt;
}

async function queriesToGraph(reader, options, at) {
  const { buildGraph, roundGraph } = await built('libs/mesh/dist/index.js');
  const startedAt = performance.now();
  const { window } = await reader.read(at, options);
  const graph = roundGraph(buildGraph({ samples: window.edges, windowSec: 300, graph: 'workload' }));
  const bytes = Buffer.byteLength(JSON.stringify(graph));
  return { tookMs: performance.now() - startedAt, nodes: graph.nodes.length, edges: graph.edges.length, bytes };
}

async function benchCold(url) {
  const { windowQueries } = await built('libs/mesh/dist/index.js');
  const { PrometheusClient } = await built('libs/platform/dist/index.js');
  const { WindowReader } = await built('services/metrics/dist/collector/window-reader.js');
  const options = { cluster: 'bench', meshes: ['istio'], rateWindowSec: 300, quantiles: 'none', sides: { sourceOnly: [] }, from: 'raw' };
  const queries = windowQueries(options);
  const client = new PrometheusClient({ url }, { timeoutMs: 60_000 });
  const reader = new WindowReader(client);
  const [alone, whole] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = new Date(Math.floor(Date.now() / SPACING_MS) * SPACING_MS);
    alone.push(await queriesAlone(url, queries, at));
    whole.push(await queriesToGraph(reader, options, at));
  }
  client.close();
  const wholeMs = median(whole.map(({ tookMs }) => tookMs));
  const { nodes, edges: edgeCount, bytes } = whole.at(-1);
  print(
    `${queries.length} queries alone             ${(median(alone) / 1000).toFixed(2)} s (of ${alone.map((ms) => (ms / 1000).toFixed(2)).join(', ')})`,
  );
  print(
    `queries to graph, cold      ${(wholeMs / 1000).toFixed(2)} s   ${nodes} nodes, ${edgeCount} edges, ${(bytes / 1e6).toFixed(1)} MB of JSON`,
  );
  print(`ratio                       ${(wholeMs / median(alone)).toFixed(2)}   (aim ≤ 1.25)`);
}

/** Keeps so many requests going for LOAD_MS: one at a time tells how long an answer takes, several how many there are. */
async function loadTest(url, headers, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times = [];
  const endsAt = performance.now() + LOAD_MS;
  const once = () =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const call = request(url, { agent, headers }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
        answer.resume().on('end', () => resolve(times.push(performance.now() - startedAt)));
      });
      call.on('error', reject).end();
    });
  const worker = async () => {
    while (performance.now() < endsAt) await once();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { perSecond: (times.length * 1000) / LOAD_MS, p95Ms: quantileOf(times, 0.95) };
}

async function benchRest(suite, title, query) {
  const url = `${suite.url}/api/v1/topology${query}`;
  const headers = { authorization: `Bearer ${suite.adminToken}` };
  const body = Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
  const bare = fork(self, ['--bare'], { serialization: 'advanced' });
  bare.send(body);
  const [bareUrl] = await once(bare, 'message');
  const sides = {
    ours: { url, headers },
    bare: { url: bareUrl, headers: {} },
    browser: { url, headers: { ...headers, 'accept-encoding': 'br' } },
  };
  const found = { ours: [], bare: [], browser: [] };
  const alone = { ours: [], bare: [], browser: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, side] of Object.entries(sides)) {
      alone[name].push(await loadTest(side.url, side.headers, 1));
      found[name].push(await loadTest(side.url, side.headers, CONNECTIONS));
    }
  }
  bare.kill();
  const p95 = (results) => median(results.map(({ p95Ms }) => p95Ms)).toFixed(1);
  const perSecond = (name) => median(found[name].map((result) => result.perSecond));
  print(`GET /topology ${title} (${(body.length / 1000).toFixed(0)} kB; aims: p95 ≤ 10 ms, ratio of throughput ≥ 0.5)`);
  print(
    `  one at a time     p95 ${p95(alone.ours)} ms, compressed as browsers ask ${p95(alone.browser)} ms, bare Fastify ${p95(alone.bare)} ms`,
  );
  print(
    `  ${CONNECTIONS} at a time       p95 ${p95(found.ours)} ms, compressed ${p95(found.browser)} ms, bare ${p95(found.bare)} ms   ` +
      `${perSecond('ours').toFixed(0)} requests/s, compressed ${perSecond('browser').toFixed(0)}, bare ${perSecond('bare').toFixed(0)}   ` +
      `ratio ${(perSecond('ours') / perSecond('bare')).toFixed(2)}`,
  );
}

async function benchSuite(prometheusUrl, folder, edgeCount) {
  const { launchSuite, until } = await built('libs/testing/dist/index.js');
  const kubeconfig = join(folder, 'kubeconfig');
  const cluster = { name: 'none', cluster: { server: 'https://127.0.0.1:1' } };
  const contexts = [{ name: 'none', context: { cluster: 'none', user: 'none' } }];
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [cluster],
      users: [{ name: 'none', user: {} }],
      contexts,
      'current-context': 'none',
    }),
  );
  const suite = await launchSuite({
    flags: ['--no-demo'],
    env: { KUBECONFIG: kubeconfig, PROMETHEUS_URL: prometheusUrl, OBSERVATORY_RATE_LIMIT_PER_MIN: '0' },
  });
  try {
    const get = async (path) =>
      (await fetch(`${suite.url}/api/v1${path}`, { headers: { authorization: `Bearer ${suite.adminToken}` } })).json();
    const whole = async () => ((await get('/topology')).edges?.length ?? 0) >= 0.9 * edgeCount;
    await until(whole, { deadlineMs: 180_000, everyMs: 2000, what: 'the whole mesh on the map' });
    await benchRest(suite, 'of one namespace', '?namespaces=team-000');
    await benchRest(suite, 'whole', '');
    const { services } = await get('/status');
    for (const { service, status } of services) {
      const own = Object.entries(status?.figures ?? {}).filter(([name]) => name !== 'residentMemoryBytes');
      const rest = own.map(([name, value]) => `${name} ${Math.round(value)}`).join(', ');
      print(
        `${service.padEnd(10)} ${((status?.figures?.residentMemoryBytes ?? 0) / 1e6).toFixed(0).padStart(5)} MB resident (aim ≤ 200)   ${rest}`,
      );
    }
  } finally {
    await suite.stop();
  }
}

async function serveBare() {
  const [body] = await once(process, 'message');
  const app = Fastify();
  app.get('/', (_request, reply) => reply.type('application/json').send(body));
  process.send(await app.listen({ port: 0, host: '127.0.0.1' }));
}

async function main() {
  const [workloads, edgeCount] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 20_000)];
  const { freePort, until } = await built('libs/testing/dist/index.js');
  const folder = await mkdtemp(join(tmpdir(), 'observatory-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const prometheus = await startLargePrometheus(folder, port);
  try {
    await until(async () => (await fetch(`${url}/-/ready`)).ok, { deadlineMs: 20_000, what: 'Prometheus' });
    await load(url, { workloads, edgeCount });
    await benchCold(url);
    await benchSuite(url, folder, edgeCount);
  } finally {
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--bare') await serveBare();
else await main();
