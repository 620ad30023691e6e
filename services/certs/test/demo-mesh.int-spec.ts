/** The whole service against the demo mesh: real TLS listeners, a Kubernetes API, a real Prometheus. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CERTS_SUBJECTS,
  EVENTS,
  nodeId,
  type Certificate,
  type CertificateAlerted,
  type CertificateList,
  type RequestSubject,
} from '@observatory/contracts';
import { startDemo, type RunningDemo } from '@observatory/demo-mesh';
import { startPrometheus, until, type Server } from '@observatory/testing';
import { ClientProxyFactory, type ClientGrpcProxy } from '@nestjs/microservices';
import { grpcDoor } from '@observatory/platform';
import type { CertsProto } from '@observatory/proto';
import { firstValueFrom, type Observable } from 'rxjs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CLUSTER, Suite } from './suite.js';

const PARTNERS = 'certManager~east~istio-ingress~partners-shop-example';

describe('certificates of the demo mesh', () => {
  let folder: string;
  let demo: RunningDemo;
  let prometheus: Server;
  let suite: Suite;
  let app: NestFastifyApplication;
  let start: () => Promise<NestFastifyApplication>;
  const alerted: CertificateAlerted[] = [];

  const ask = (name: keyof typeof CERTS_SUBJECTS, request: object): Promise<unknown> =>
    suite.gateway.request(CERTS_SUBJECTS[name] as RequestSubject, request);
  const list = (filter: Record<string, unknown> = {}) => ask('certificateList', { limit: 5000, ...filter }) as Promise<CertificateList>;
  const lookedAtAll = async (): Promise<boolean> => {
    const { bySource } = await suite.gateway.request(CERTS_SUBJECTS.coverageGet, {});
    const [wire, metric] = ['wire', 'metric'].map((name) => bySource.find(({ source }) => source === name));
    return wire!.unobserved.every(({ reason }) => reason !== 'not-tried-yet') && metric!.observed === 39;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certs-demo-'));
    [demo, suite] = await Promise.all([startDemo({ kubePort: 0, httpPort: 0, dataFolder: join(folder, 'mesh'), seed: 7 }), Suite.start()]);
    const text = async (path: string) => (await fetch(`${demo.httpUrl}${path}`)).text();
    const config = (await text('/control/prometheus.yml'))
      .replace('scrape_interval: 5s', 'scrape_interval: 1s')
      .replace('scrape_timeout: 4s', 'scrape_timeout: 1s');
    prometheus = await startPrometheus({ config });
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, await text('/control/kubeconfig'));
    suite.bus.follow(EVENTS.certificateAlerted, new Date(0), (alert) => void alerted.push(alert));
    start = () => suite.run({ kubeconfig, prometheus: { url: prometheus.url }, trustDomain: 'cluster.local' });
    app = await start();
    await until(lookedAtAll, { deadlineMs: 40_000, everyMs: 250, what: 'handshakes and metrics' });
  });
  afterAll(async () => {
    await suite?.stop();
    await prometheus?.[Symbol.asyncDispose]();
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers every question by the contract', async () => {
    const { certificates } = await list();
    const questions: Partial<Record<keyof typeof CERTS_SUBJECTS, object>> = {
      certificateList: { kinds: ['workload'], text: 'cart' },
      certificateGet: { id: certificates[0]!.id },
      summaryGet: {},
      timelineGet: { days: 90, leafs: true },
      coverageGet: { namespace: 'shop' },
      healthGet: {},
      alertList: { state: 'all' },
    };
    for (const [name, question] of Object.entries(questions)) {
      const reply = await ask(name as keyof typeof CERTS_SUBJECTS, question);
      expect([name, CERTS_SUBJECTS[name as keyof typeof CERTS_SUBJECTS].reply.safeParse(reply).error?.issues ?? []]).toEqual([name, []]);
    }
    await expect(ask('certificateGet', { id: 'workload~east~shop~nobody' })).rejects.toMatchObject({ code: 'resource/not-found' });
    await expect(ask('certificateList', { cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'request/invalid' });
  });

  it('shows each certificate once, with all that see it, as it is on the wire', async () => {
    const { certificates, total } = await list();
    expect(certificates).toHaveLength(total);
    // A gateway's own certificate is for calling others: no port shows it.
    const endsOnly = certificates.filter(({ fingerprint }) => fingerprint === undefined);
    expect(endsOnly.map(({ kind, workload, sources }) => `${kind} ${workload} ${sources.join()}`)).toEqual(
      Array(2).fill('workload istio-ingressgateway metric'),
    );
    const fingerprints = certificates.map(({ fingerprint }) => fingerprint).filter((one) => one !== undefined);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    const held = new Map(demo.mesh.leafs.all().map(({ pod, leaf }) => [`${pod.namespace}/${pod.name}`, { leaf, pod }]));
    const seenOnWire = certificates.filter(({ kind, sources }) => kind === 'workload' && sources.includes('wire'));
    expect(seenOnWire.length).toBe(45);
    for (const row of seenOnWire) {
      const { leaf, pod } = held.get(`${row.namespace}/${row.name}`)!;
      const seconds = (date: Date) => Math.floor(date.getTime() / 1000) * 1000;
      expect([row.name, Date.parse(row.notBefore!), Date.parse(row.notAfter)]).toEqual([
        row.name,
        seconds(leaf.notBefore),
        seconds(leaf.notAfter),
      ]);
      expect(row).toMatchObject({
        status: 'valid',
        problems: [],
        workloadId: nodeId('workload', CLUSTER, pod.namespace, pod.workload.name),
      });
      expect(row.spiffeId).toContain(pod.workload.serviceAccount);
      expect(row.sources).toEqual(pod.workload.mesh === 'ambient' && pod.workload.role !== 'waypoint' ? ['wire'] : ['metric', 'wire']);
    }
  });

  it('knows authorities from chains, bundles and metrics, and the gateway with its keeper', async () => {
    const { certificates } = await list({ kinds: ['root', 'intermediate', 'issuer', 'gateway', 'certManager'] });
    const shown = certificates.map(({ kind, name, sources, status }) => `${kind} ${name}: ${sources.join('+')} ${status}`).sort();
    expect(shown).toEqual([
      'gateway partners.shop.example: certManager+wire critical',
      'gateway shop.example: certManager+wire valid',
      'issuer Intermediate CA: metric+wire valid',
      'issuer identity.linkerd.cluster.local: metric+wire valid',
      'root Demo Public Root: certManager+wire valid',
      'root Root CA: configMap+metric valid',
      'root root.linkerd.cluster.local: configMap valid',
    ]);
    const partners = await suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id: PARTNERS });
    expect(partners.certificate.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['renewal-failing', 'rotation-stuck']));
    expect(partners.trust.state).toBe('unknown');
    const { id } = certificates.find(({ name }) => name === 'Root CA') as Certificate;
    const root = await suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id });
    expect(root.root).toMatchObject({ signs: 37, missingIn: [] });
    const leaf = await suite.gateway.request(CERTS_SUBJECTS.certificateGet, {
      id: (await list({ text: 'postgres-0' })).certificates[0]!.id,
    });
    expect(leaf.trust).toMatchObject({ state: 'trusted', message: 'it chains to Root CA' });
    expect(leaf.chain.map(({ subject, from }) => `${subject} ${from}`)).toEqual([
      ' peer',
      'O=Istio, CN=Intermediate CA, L=demo peer',
      'O=Istio, CN=Root CA trustBundle',
    ]);
    expect(leaf.keyUsage).toEqual(['digitalSignature', 'keyEncipherment']);
    expect(leaf.pem?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(leaf.sightings.map(({ source }) => source).sort()).toEqual(['metric', 'wire']);
  });

  it('says of which workloads nothing is seen, and why', async () => {
    const { workloads, observed, unobserved } = await suite.gateway.request(CERTS_SUBJECTS.coverageGet, {});
    expect([workloads, observed, unobserved.map(({ name }) => name)]).toEqual([28, 27, ['ztunnel']]);
    expect(unobserved[0]!.reasons.map(({ source, reason }) => `${source} ${reason}`)).toEqual(['wire no-port', 'metric no-metric']);
    const { workloads: health } = await suite.gateway.request(CERTS_SUBJECTS.healthGet, {});
    expect(health.find(({ name }) => name === 'istio-ingressgateway')).toMatchObject({ status: 'critical', unhealthy: 1 });
  });

  it('counts, pages and narrows', async () => {
    const summary = await suite.gateway.request(CERTS_SUBJECTS.summaryGet, {});
    const { certificates, total } = await list();
    expect(summary.total).toBe(total);
    expect(Object.values(summary.byStatus).reduce((sum, count) => sum + count)).toBe(total);
    expect(summary.byDaysLeft.reduce((sum, { certificates: count }) => sum + count, 0)).toBe(total - summary.byStatus.expired);
    expect(summary.cacheHitRatio).toBeGreaterThan(0);
    const paged: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list({ limit: 7, sort: 'name', ...(cursor === undefined ? {} : { cursor }) });
      paged.push(...page.certificates.map(({ id }) => id));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect([...paged].sort()).toEqual(certificates.map(({ id }) => id).sort());
    expect((await list({ statuses: ['critical'] })).certificates.map(({ id }) => id)).toEqual([PARTNERS]);
  });

  it('answers the same over gRPC', async () => {
    const client = ClientProxyFactory.create(grpcDoor('certs', `127.0.0.1:${suite.grpcPort}`)) as unknown as ClientGrpcProxy;
    const remote = client.getService<Record<string, (request: object) => Observable<unknown>>>('CertsService');
    const call = <T>(method: string, request: object) => firstValueFrom(remote[method]!(request)) as Promise<T>;
    try {
      const { certificates, total } = await call<CertsProto.ListCertificatesResponse>('listCertificates', { kinds: ['root'], limit: 2 });
      const expected = await list({ kinds: ['root'], limit: 2 });
      expect([certificates.map(({ id }) => id), total]).toEqual([expected.certificates.map(({ id }) => id), expected.total]);
      const { certificate, chain, trust } = await call<CertsProto.GetCertificateResponse>('getCertificate', { id: PARTNERS });
      expect([certificate?.status, chain.length, trust]).toEqual(['critical', 2, 'unknown']);
      const summary = await call<CertsProto.GetSummaryResponse>('getSummary', {});
      expect(summary.byKind).toMatchObject({ root: 3, gateway: 2 });
      await expect(call('getCertificate', { id: 'nobody' })).rejects.toMatchObject({ code: 5 });
    } finally {
      client.close();
    }
  });

  it('raises each alert once, through a restart', async () => {
    const openAlerts = async () => (await suite.gateway.request(CERTS_SUBJECTS.alertList, {})).alerts;
    const rules = ['expires-30-days', 'expires-7-days', 'renewal-failing', 'rotation-stuck'];
    await until(async () => (await openAlerts()).length === rules.length, { deadlineMs: 10_000, what: 'the alerts' });
    const before = await openAlerts();
    expect(before.map(({ rule, certificateId }) => `${certificateId} ${rule}`).sort()).toEqual(rules.map((rule) => `${PARTNERS} ${rule}`));
    await app.close();
    app = await start();
    await until(lookedAtAll, { deadlineMs: 40_000, everyMs: 250, what: 'handshakes and metrics after the restart' });
    // Two passes more: whatever would be withdrawn has been.
    const seen = async () => (await suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id: PARTNERS })).generatedAt;
    const from = Date.parse(await seen());
    await until(async () => Date.parse(await seen()) > from + 2500, { deadlineMs: 10_000, what: 'two passes' });
    expect((await openAlerts()).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    expect(alerted.map(({ rule, state }) => `${rule} ${state}`).sort()).toEqual(rules.map((rule) => `${rule} open`));
    const { history, certificate } = await suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id: PARTNERS });
    expect([history.length, certificate.renewals]).toEqual([1, 0]);
  });
});
