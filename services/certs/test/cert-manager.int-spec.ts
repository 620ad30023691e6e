/** Certificates of cert-manager and trust bundles in a real API server: read, followed through a renewal, and asked for again. */
import { CERTS_SUBJECTS, EVENTS, type AuditEntry, type CertificateChange, type RenewalCommanded } from '@observatory/contracts';
import { describeWith, startKubeApiserver, until, type KubeApiserver } from '@observatory/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DAY, intermediate, issue, root, type Issued } from './authority.js';
import { Suite } from './suite.js';

const DEADLINE = { deadlineMs: 60_000, everyMs: 200 };
const ID = 'certManager~east~shop~web';
const CERTIFICATES = '/apis/cert-manager.io/v1/namespaces/shop/certificates';
const REQUESTS = '/apis/cert-manager.io/v1/namespaces/shop/certificaterequests';
const ACTOR = { name: 'ada', kind: 'person' as const };
const instant = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

describeWith('kubeApiserver', 'certificates in a real API server', () => {
  let api: KubeApiserver;
  let suite: Suite;
  let app: NestFastifyApplication;
  let issuer: Issued;
  const audit: AuditEntry[] = [];
  const changes: CertificateChange[] = [];
  const commands: RenewalCommanded[] = [];

  async function write(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
    const { status, body: answer } = await api.call({ method, path, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }
  const read = async (path: string) =>
    (await api.call({ method: 'GET', path })).body as {
      metadata: object;
      spec: object;
      status?: { conditions?: { type: string; reason: string }[] };
    };
  /** As cert-manager writes it down when it has issued. */
  async function issued(revision: number, leaf: Issued): Promise<void> {
    await write('POST', REQUESTS, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'CertificateRequest',
      metadata: {
        name: `web-${revision}`,
        annotations: { 'cert-manager.io/certificate-name': 'web', 'cert-manager.io/certificate-revision': String(revision) },
      },
      spec: { issuerRef: { name: 'ca' }, request: Buffer.from('a request').toString('base64') },
    });
    const request = await read(`${REQUESTS}/web-${revision}`);
    const ready = { type: 'Ready', status: 'True', reason: 'Issued', message: 'issued', lastTransitionTime: instant(Date.now()) };
    await write('PUT', `${REQUESTS}/web-${revision}/status`, {
      ...request,
      status: { certificate: Buffer.from(leaf.pem + issuer.pem).toString('base64'), conditions: [ready] },
    });
    const certificate = await read(`${CERTIFICATES}/web`);
    const { notBefore, notAfter } = leaf.parsed;
    await write('PUT', `${CERTIFICATES}/web/status`, {
      ...certificate,
      status: {
        conditions: [{ ...ready, reason: 'Ready' }],
        notBefore: instant(notBefore),
        notAfter: instant(notAfter),
        renewalTime: instant(notBefore + (notAfter - notBefore) * 0.66),
        revision,
      },
    });
  }
  const get = () => suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id: ID });
  const roots = async () =>
    (await suite.gateway.request(CERTS_SUBJECTS.certificateList, { kinds: ['root'], sort: 'name' })).certificates.map(
      ({ name, problems }) => [name, ...problems.map(({ code }) => code)],
    );

  beforeAll(async () => {
    [api, suite] = await Promise.all([startKubeApiserver(), Suite.start()]);
    const mesh = await root();
    issuer = await intermediate(mesh);
    for (const name of ['shop', 'data']) {
      await write('POST', '/api/v1/namespaces', { metadata: { name } });
      await write('POST', `/api/v1/namespaces/${name}/configmaps`, {
        metadata: { name: 'istio-ca-root-cert' },
        data: { 'root-cert.pem': mesh.pem },
      });
    }
    await write('POST', '/api/v1/namespaces/shop/configmaps', {
      metadata: { name: 'something-else' },
      data: { 'root-cert.pem': 'nothing to us' },
    });
    await write('POST', CERTIFICATES, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'web' },
      spec: { secretName: 'web-tls', dnsNames: ['web.example'], issuerRef: { name: 'ca' } },
    });
    await issued(1, await issue({ issuer, dns: ['web.example'], notBefore: Date.now() - 70 * DAY, notAfter: Date.now() + 20 * DAY }));
    suite.bus.follow(EVENTS.auditRecorded, new Date(0), (entry) => void audit.push(entry));
    suite.bus.follow(EVENTS.certificatesChanged, new Date(0), ({ changes: part }) => void changes.push(...part));
    suite.bus.follow(EVENTS.renewalRequested, new Date(0), (command) => void commands.push(command));
    app = await suite.run({ kubeconfig: api.kubeconfig }, { CERTS_WIRE: 'off' });
    await until(get, { ...DEADLINE, what: 'the Certificate' });
  });
  afterAll(async () => {
    await suite?.stop();
    await api?.[Symbol.asyncDispose]();
  });

  it('shows what its request brought, and that it is overdue', async () => {
    const { certificate, certManager, chain } = await get();
    expect(certificate).toMatchObject({
      kind: 'certManager',
      status: 'rotationStuck',
      dnsNames: ['web.example'],
      sources: ['certManager'],
    });
    expect(certificate.fingerprint).toBeDefined();
    expect(certManager).toMatchObject({ issuer: 'Issuer ca', ready: true, revision: 1, secretName: 'web-tls' });
    expect(chain.map(({ from }) => from)).toEqual(['certManager', 'certManager', 'trustBundle']);
  });

  it('sees a root rotation under way, and who has only the old one', async () => {
    expect(await roots()).toEqual([['Root CA']]);
    const next = await root('Root CA 2');
    const path = '/api/v1/namespaces/shop/configmaps/istio-ca-root-cert';
    const map = (await api.call({ method: 'GET', path })).body as { data: Record<string, string> };
    await write('PUT', path, { ...map, data: { 'root-cert.pem': `${map.data['root-cert.pem']}\n${next.pem}` } });
    await until(async () => (await roots()).length === 2, { ...DEADLINE, what: 'the second root' });
    expect(await roots()).toEqual([['Root CA'], ['Root CA 2', 'old-root-only']]);
    const { certificates } = await suite.gateway.request(CERTS_SUBJECTS.certificateList, { text: 'Root CA 2', kinds: ['root'] });
    const { root: detail } = await suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id: certificates[0]!.id });
    expect(detail).toEqual({ signs: 0, publishedIn: ['shop'], missingIn: ['data'] });
  });

  it('asks for nothing while renewals are off', async () => {
    const asked = suite.gateway.request(CERTS_SUBJECTS.renew, { id: ID, actor: ACTOR });
    await expect(asked).rejects.toMatchObject({ code: 'certificate/renewal-off' });
    expect((await read(`${CERTIFICATES}/web`)).status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('asks cert-manager as cmctl does, and tells what became of it', async () => {
    await app.close();
    app = await suite.run({ kubeconfig: api.kubeconfig }, { CERTS_WIRE: 'off', CERTS_RENEWAL: 'certManager' });
    await until(async () => (await get()).certificate.renewable.allowed, { ...DEADLINE, what: 'the service again' });
    const { certificates: others } = await suite.gateway.request(CERTS_SUBJECTS.certificateList, { kinds: ['root'] });
    await expect(suite.gateway.request(CERTS_SUBJECTS.renew, { id: others[0]!.id, actor: ACTOR })).rejects.toMatchObject({
      code: 'certificate/not-renewable',
    });
    const renewal = await suite.gateway.request(CERTS_SUBJECTS.renew, { id: ID, actor: ACTOR, reason: 'it leaked' });
    expect(renewal).toMatchObject({ via: 'certManager', state: 'requested', requestedBy: ACTOR });
    expect((await read(`${CERTIFICATES}/web`)).status?.conditions).toEqual([
      expect.objectContaining({ type: 'Ready' }),
      expect.objectContaining({ type: 'Issuing', status: 'True', reason: 'ManuallyTriggered' }),
    ]);
    await issued(2, await issue({ issuer, dns: ['web.example'], notBefore: Date.now() - 1000, notAfter: Date.now() + 90 * DAY }));
    await until(async () => (await get()).certificate.status === 'valid', { ...DEADLINE, what: 'the renewal' });
    const { certificate, history } = await get();
    expect([certificate.renewals, history.length, history[0]?.fingerprint]).toEqual([1, 2, certificate.fingerprint]);
    await until(() => audit.length === 2, { ...DEADLINE, what: 'the audit trail' });
    expect(audit.map(({ action, outcome, actor }) => [action, outcome, actor.name])).toEqual([
      ['renewal.requested', 'requested', 'ada'],
      ['renewal.ended', 'done', 'ada'],
    ]);
    expect(changes.filter(({ id }) => id === ID).map(({ change }) => change)).toEqual(['renewed']);
    const alerts = await suite.gateway.request(CERTS_SUBJECTS.alertList, { state: 'all', certificateId: ID });
    expect(alerts.alerts.map(({ rule, state }) => [rule, state]).sort()).toEqual([
      ['expires-30-days', 'withdrawn'],
      ['rotation-stuck', 'withdrawn'],
    ]);
    expect(alerts.alerts[0]?.withdrawnBecause).toMatch(/^it was renewed, until /);
  });

  it('tells the operator’s own automation on NATS', async () => {
    await app.close();
    app = await suite.run({ kubeconfig: api.kubeconfig }, { CERTS_WIRE: 'off', CERTS_RENEWAL: 'nats' });
    const renewal = await until(() => suite.gateway.request(CERTS_SUBJECTS.renew, { id: ID, actor: ACTOR }), {
      ...DEADLINE,
      what: 'the service again',
    });
    await until(() => commands.length === 1, { ...DEADLINE, what: 'the command' });
    expect(commands[0]).toMatchObject({
      renewalId: renewal.renewalId,
      certificateId: ID,
      namespace: 'shop',
      name: 'web',
      requestedBy: ACTOR,
    });
  });
});
