// What does looking at certificates cost?
//   1. a sweep of 2,000 TLS endpoints that demand a certificate, as the service does it (handshake, chain parsed and verified, rows made),
//      beside a bare loop of tls.connect over the same endpoints with the same concurrency; CPU and memory of the process that looks.
//   2. questions to an inventory of 10,000 certificates: list, summary, coverage; by the functions alone, and by the service with Redis.
// The endpoints live in another process, one listener a pod on a loopback port; the two of a pair take turns.
// Usage: npm run bench -- certs [endpoints] [certificates]; 0 endpoints leave the sweep out.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { connect, createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const self = fileURLToPath(import.meta.url);
const built = (path) => import(join(self, '../../services/certs/dist', path));
const demo = (path) => import(join(self, '../../libs/demo-mesh/dist', path));
const CONCURRENCY = 16;
const ROUNDS = 3;
const HOUR = 3_600_000;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const print = (line) => console.log(line);

/** The authorities of a demo mesh, made for this run. */
async function makeMesh() {
  const { loadAuthorities, pemOf } = await demo('tls/authority.js');
  const folder = await mkdtemp(join(tmpdir(), 'certs-bench-'));
  const { istioRoot, istioIntermediate } = await loadAuthorities(folder);
  await rm(folder, { recursive: true });
  return { root: pemOf(istioRoot), middle: pemOf(istioIntermediate), signer: istioIntermediate };
}

async function makeLeafs(count, signer) {
  const { issueLeaf } = await demo('tls/authority.js');
  const leafs = [];
  for (let index = 0; index < count; index += 1) {
    const value = `spiffe://cluster.local/ns/ns-${index % 50}/sa/app-${Math.floor(index / 2)}`;
    const [notBefore, notAfter] = [new Date(Date.now() - HOUR), new Date(Date.now() + 23 * HOUR)];
    leafs.push(await issueLeaf({ signer, subject: '', names: [{ type: 'url', value }], notBefore, notAfter }));
  }
  return leafs;
}

/** The other process: endpoints that show their chain and want one. */
async function serve(count) {
  const { root, middle, signer } = await makeMesh();
  const ports = [];
  for (const { certificatePem, keyPem } of await makeLeafs(count, signer)) {
    const server = createServer({
      cert: `${certificatePem}\n${middle}`,
      key: keyPem,
      ca: root,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['istio'],
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push(server.address().port);
  }
  process.send({ ports, root });
}

/** Runs `look` over all, a bounded number at a time. */
async function sweep(items, look) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await look(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

const bare = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['istio'] });
    const finish = () => {
      socket.destroy();
      resolve();
    };
    socket.once('secureConnect', finish);
    socket.once('error', finish);
  });

async function measured(work) {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  await work();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000, peakMb: peak / 1024 ** 2 };
}

const ago = (index) => ({
  namespace: `ns-${index % 50}`,
  name: `app-${Math.floor(index / 2)}-${index}`,
  owner: { kind: 'Deployment', name: `app-${Math.floor(index / 2)}` },
  labels: {},
  serviceAccount: `app-${Math.floor(index / 2)}`,
  ip: '127.0.0.1',
  proxy: 'sidecar',
  running: true,
  ended: false,
  optedOut: false,
});

async function sweeps(count) {
  const child = fork(self, ['serve', String(count)], { env: { ...process.env, NODE_OPTIONS: '' } });
  try {
    const [{ ports, root }] = await once(child, 'message');
    print(`${count} endpoints over TLS 1.3, each demanding a certificate; ${CONCURRENCY} at a time`);
    const { targetsOf } = await built('domain/targets.js');
    const { handshake } = await built('sources/handshake.js');
    const { parseCertificate } = await built('domain/parse.js');
    const { wireObservation } = await built('domain/wire.js');
    const { assemble } = await built('domain/assemble.js');
    const { rootsOf } = await built('domain/objects.js');
    const roots = rootsOf([{ mesh: 'istio', namespace: 'ns-0', name: 'istio-ca-root-cert', pem: root }]);
    const facts = { cluster: 'bench', namespaces: [], services: [], gateways: [], bundles: [], managed: [], requests: [], issuers: [] };
    const pods = ports.map((port, index) => ({ ...ago(index), ports: [{ port }] }));
    const { endpoints } = targetsOf({ ...facts, pods }, { trustDomain: 'cluster.local', excludedNamespaces: new Set() });
    let rows = [];
    const ours = async () => {
      const observations = [];
      await sweep(endpoints, async (endpoint) => {
        const outcome = await handshake(endpoint);
        if (!outcome.ok) throw new Error(outcome.message);
        const chain = outcome.chain.map((der) => parseCertificate(der));
        observations.push(wireObservation(endpoint, { chain, protocol: outcome.protocol, at: Date.now() }));
      });
      rows = assemble(observations, { roots, now: Date.now(), exporter: new Map() });
    };
    const [bares, mine] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      bares.push(await measured(() => sweep(ports, bare)));
      mine.push(await measured(ours));
    }
    const trusted = rows.filter(({ kind, trust }) => kind === 'workload' && trust.state === 'trusted').length;
    if (trusted !== count) throw new Error(`${trusted} of ${count} chains were seen and trusted`);
    const of = (runs, field) => median(runs.map((run) => run[field]));
    for (const [name, runs] of [
      ['tls.connect alone', bares],
      ['sweep, parsed, verified, rows made', mine],
    ])
      print(
        `${name.padEnd(36)} ${of(runs, 'ms').toFixed(0).padStart(6)} ms  CPU ${of(runs, 'cpuMs').toFixed(0).padStart(6)} ms  peak ${of(runs, 'peakMb').toFixed(0).padStart(4)} MB`,
      );
    print(
      `ratio: ${(of(mine, 'ms') / of(bares, 'ms')).toFixed(2)} of the time, ${(of(mine, 'cpuMs') / of(bares, 'cpuMs')).toFixed(2)} of the CPU; spread over 60 s that is ${((of(mine, 'cpuMs') / 60_000) * 100).toFixed(1)} % of a core`,
    );
  } finally {
    child.kill();
  }
}

async function questions(count) {
  const { root, middle, signer } = await makeMesh();
  const { assemble } = await built('domain/assemble.js');
  const { track } = await built('domain/changes.js');
  const { rootsOf } = await built('domain/objects.js');
  const { parseCertificate } = await built('domain/parse.js');
  const { wireObservation } = await built('domain/wire.js');
  const { targetsOf } = await built('domain/targets.js');
  const { selectRows, pageOf } = await built('domain/select.js');
  const { summarise, workloadHealth } = await built('domain/summary.js');
  const { wantedAlerts } = await built('domain/alerts.js');
  const { toCertificate } = await built('domain/row.js');
  const leafs = await makeLeafs(count, signer);
  const pods = leafs.map((_, index) => ({
    ...ago(index),
    ip: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    ports: [{ port: 8080 }],
  }));
  const facts = { cluster: 'bench', namespaces: [], services: [], gateways: [], bundles: [], managed: [], requests: [], issuers: [], pods };
  const { endpoints } = targetsOf(facts, { trustDomain: 'cluster.local', excludedNamespaces: new Set() });
  const sent = parseCertificate(middle);
  const observations = endpoints.map((endpoint, index) =>
    wireObservation(endpoint, { chain: [parseCertificate(leafs[index].certificatePem), sent], protocol: 'TLSv1.3', at: Date.now() }),
  );
  const roots = rootsOf([{ mesh: 'istio', namespace: 'ns-0', name: 'istio-ca-root-cert', pem: root }]);
  let rows = [];
  const time = (name, work, times = 50) => {
    const took = Array.from({ length: times }, () => {
      const startedAt = performance.now();
      work();
      return performance.now() - startedAt;
    });
    print(`${name.padEnd(36)} median ${median(took).toFixed(2)} ms, p95 ${quantile(took, 0.95).toFixed(2)} ms`);
  };
  print(`\nan inventory of ${count} certificates, ${(process.memoryUsage.rss() / 1024 ** 2).toFixed(0)} MB resident`);
  time(
    'a pass: rows made of observations',
    () => (rows = track(new Map(), assemble(observations, { roots, now: Date.now(), exporter: new Map() }), { now: Date.now() }).rows),
    8,
  );
  const now = Date.now();
  const renewable = () => ({ allowed: false });
  time('alerts that hold', () => wantedAlerts(rows, now));
  time('summary, from memory', () => JSON.stringify({ ...summarise(rows, now), openAlerts: wantedAlerts(rows, now).length }));
  time('list: 200 by remaining time', () =>
    JSON.stringify(
      pageOf(selectRows(rows, {}, now), { sort: 'remaining', descending: false, limit: 200 }).page.map((row) =>
        toCertificate(row, now, renewable),
      ),
    ),
  );
  time('list: text among all', () =>
    JSON.stringify(
      pageOf(selectRows(rows, { text: 'app-42' }, now), { sort: 'name', descending: false, limit: 200 }).page.map((row) =>
        toCertificate(row, now, renewable),
      ),
    ),
  );
  time('health of every workload', () => JSON.stringify(workloadHealth(rows, now)));
  await answers({ facts, observations, root });
}

/** The same inventory behind the service: what whoever asks waits for, without the way over NATS. */
async function answers({ facts, observations, root }) {
  const { startRedis } = await import(join(self, '../../libs/testing/dist/index.js'));
  const { Dependencies, RedisLink } = await import(join(self, '../../libs/platform/dist/index.js'));
  const [{ ClusterInventory }, { configSchema }] = await Promise.all([built('inventory/cluster-inventory.js'), built('config.js')]);
  const [{ CoverageService }, { AnswerCache }] = await Promise.all([
    built('answers/coverage.service.js'),
    built('answers/answer-cache.js'),
  ]);
  const { CertificatesService } = await built('answers/certificates.service.js');
  const config = configSchema.parse({ DATABASE_URL: 'postgres://127.0.0.1/none' });
  const bundles = [{ mesh: 'istio', namespace: 'ns-0', name: 'istio-ca-root-cert', pem: root }];
  const freshness = { name: 'Kubernetes', cluster: 'bench', freshAt: null, state: 'fresh' };
  const watched = { config: {}, name: 'bench', trustDomain: 'cluster.local', settled: true, freshness, facts: { ...facts, bundles } };
  const cluster = new ClusterInventory({ name: 'bench' }, { of: () => watched, kind: () => undefined }, config);
  for (const observation of observations) cluster.book.put(observation);
  const pass = () => cluster.pass({ leads: false, now: Date.now(), known: () => undefined });
  await pass();
  const inventory = {
    revision: 1,
    clusters: () => [cluster],
    rows: () => [...cluster.rows.values()],
    sources: () => cluster.sources(),
  };
  await using redis = await startRedis();
  const link = new RedisLink(redis.url, new Dependencies());
  while (!link.isUp) await new Promise((resolve) => setTimeout(resolve, 20));
  const cache = new AnswerCache(link, inventory);
  const service = new CertificatesService(config, inventory, new CoverageService(inventory, { kind: () => undefined }), {}, {}, cache);
  const time = async (name, work, times = 50) => {
    const took = [];
    for (let index = 0; index < times; index += 1) {
      const startedAt = performance.now();
      await work(index);
      took.push(performance.now() - startedAt);
    }
    print(`${name.padEnd(36)} median ${median(took).toFixed(2)} ms, p95 ${quantile(took, 0.95).toFixed(2)} ms`);
  };
  print('the service, with Redis');
  await time('summary, warm', () => service.summary({}), 200);
  await time('summary, warm, first after a pass', () => {
    inventory.revision += 1;
    return service.summary({});
  });
  await time('summary, not asked before', (index) => service.summary({ endsWithinSec: 1_000_000_000 + index }));
  await time('summary, not asked before, after a pass', (index) => {
    inventory.revision += 1;
    return service.summary({ endsWithinSec: 1_000_001_000 + index });
  });
  await time('coverage, not asked before', (index) =>
    service.coverage({ namespaces: Array.from({ length: 50 }, (_, ns) => `ns-${ns}`), n: index }),
  );
  cluster.stop();
  await link.onApplicationShutdown();
}

if (process.argv[2] === 'serve') await serve(Number(process.argv[3]));
else {
  const [endpoints = 2000, certificates = 10_000] = process.argv.slice(2).map(Number);
  if (endpoints > 0) await sweeps(endpoints);
  await questions(certificates);
}
