import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EVENTS, TOPOLOGY_SUBJECTS, edgeId, nodeId } from '@observatory/contracts';
import { Dependencies, EventBus, NatsLink, Requester, natsUsers } from '@observatory/platform';
import { startNats, freePort } from '@observatory/testing';
const W = Number(process.argv[2] ?? 2000), E = Number(process.argv[3] ?? 20000), NS = 50, ROUNDS = Number(process.argv[4] ?? 12);
let seed = 7; const rnd = (n) => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return (((t ^ (t >>> 14)) >>> 0) * n / 4294967296) | 0; };
const ep = (i) => ({ kind: 'workload', cluster: 'east', namespace: `ns${i % NS}`, name: `workload-${i}`, app: `workload-${i}`, version: 'v1' });
const id = (e) => nodeId('workload', e.cluster, e.namespace, e.name);
const bounds = [0.5,1,5,10,25,50,100,250,500,1000,2500,5000,10000,30000,60000,300000,600000,1800000,3600000];
const pairs = new Set(); while (pairs.size < E) { const a = rnd(W), b = rnd(W); if (a !== b) pairs.add(`${Math.min(a,b)} ${Math.max(a,b)}`); }
const edges = [...pairs].map((p) => { const [a, b] = p.split(' ').map(Number).map(ep); const r = 1 + rnd(1000) / 10;
  return { id: edgeId(id(a), id(b), 'http', `${b.name}.${b.namespace}.svc.cluster.local`), source: a, target: b,
  destinationService: { cluster: 'east', namespace: b.namespace, name: b.name, host: `${b.name}.${b.namespace}.svc.cluster.local` }, protocol: 'http', mesh: 'istio',
  responses: [{ code: '200', flags: '-', requestsPerSecond: r * 0.99, outcome: 'ok' }, { code: '503', flags: 'UF', requestsPerSecond: r * 0.01, outcome: 'error' }],
  requestsPerSecond: r, errorsPerSecond: r * 0.01, clientErrorsPerSecond: 0, latencySumMsPerSecond: r * 12, latencyCountPerSecond: r,
  sentBytesPerSecond: r * 100, receivedBytesPerSecond: r * 900, mutualTlsPerSecond: r, plaintextPerSecond: 0,
  sourcePrincipal: `spiffe://cluster.local/ns/${a.namespace}/sa/${a.name}`, destinationPrincipal: `spiffe://cluster.local/ns/${b.namespace}/sa/${b.name}`, reporters: ['source', 'destination'] }; });
const nats = await startNats({ users: natsUsers() });
const link = (u) => new NatsLink(nats.urlOf(u), u, new Dependencies());
const [m, g] = [link('metrics'), link('gateway')]; await Promise.all([m.ready, g.ready]);
const bus = new EventBus(m), ask = new Requester(g);
const grpc = await freePort(), http = await freePort();
const args = (process.env.NODE_ARGS ?? '').split(' ').filter(Boolean);
const child = spawn(process.execPath, [...args, 'dist/main.js'], { cwd: import.meta.dirname, env: { ...process.env, HTTP_PORT: String(http), GRPC_PORT: String(grpc), NATS_URL: nats.urlOf('topology'), OBSERVATORY_CLUSTERS: '/tmp/topo/clusters.yaml', LOG_LEVEL: 'debug' }, stdio: ['ignore', 'pipe', 'inherit'] });
let log = ''; child.stdout.on('data', (d) => { log += d; });
const rss = () => { const s = readFileSync(`/proc/${child.pid}/status`, 'utf8'); return Math.round(Number(/VmRSS:\s+(\d+)/.exec(s)[1]) / 1024); };
const hwm = () => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024);
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
await sleep(3000); console.log('idle rss', rss());
const WINDOW = 30000; let end = Math.floor(Date.now() / WINDOW) * WINDOW - ROUNDS * WINDOW;
const per = 400, count = Math.ceil(edges.length / per);
let last;
for (let round = 0; round < ROUNDS; round++) {
  end += WINDOW; const at = new Date(end).toISOString(); const f = 0.9 + rnd(200) / 1000;
  const es = edges.map((e) => ({ ...e, requestsPerSecond: e.requestsPerSecond * f * (0.9 + rnd(200) / 1000), ...(rnd(4) === 0 ? { latency: { upperBoundsMs: bounds, perSecond: Array.from({ length: 20 }, (_, i) => (i > 2 && i < 8 ? e.requestsPerSecond / 5 : 0)), readAt: at } } : {}) }));
  const t0 = performance.now();
  for (let i = 0; i < count; i++) await bus.publish(EVENTS.windowClosed, `${at}-${i}`, { cluster: 'east', at, windowSec: 30, chunk: { index: i, count }, backfilled: false, sources: [], edges: es.slice(i * per, (i + 1) * per) });
  const published = performance.now() - t0;
  const t1 = performance.now();
  for (;;) { const s = await ask.request({ subject: 'observatory.v1.topology.status.get' }, {}, { timeoutMs: 20000 }); if (log.includes(`"${at}`.slice(1)) ) { last = s; break; } await sleep(20); }
  const built = performance.now() - t1;
  const t2 = performance.now(); const bytes = (await ask.requestBytes(TOPOLOGY_SUBJECTS.graphGet, {}, { timeoutMs: 20000 })).bytes.length; const cold = performance.now() - t2;
  const t3 = performance.now(); await ask.requestBytes(TOPOLOGY_SUBJECTS.graphGet, {}, { timeoutMs: 20000 }); const warm = performance.now() - t3;
  console.log(round, { publishedMs: Math.round(published), builtMs: Math.round(built), coldMs: Math.round(cold), warmMs: Math.round(warm), mb: (bytes / 1e6).toFixed(1), rss: rss(), hwm: hwm(), buildMs: last.figures.graphBuildMs });
  if (process.env.PAUSE) { await sleep(Number(process.env.PAUSE)); console.log("after pause", rss()); }
}
console.log(log.split('\n').filter((l) => /nodes,/.test(l)).slice(-3).map((l) => JSON.parse(l).msg));
if (process.env.SETTLE) { await sleep(Number(process.env.SETTLE)); console.log('settled', rss(), hwm()); }
if (process.env.SNAP) { process.kill(child.pid, 'SIGUSR2'); await sleep(25000); }
child.kill(); await sleep(500); await g.onApplicationShutdown(); await m.onApplicationShutdown(); await nats[Symbol.asyncDispose](); process.exit(0);
