/** The policy service with a real API server: what it lists, keeps, decides, replays and suggests. */
import { ClientProxyFactory, type ClientGrpcProxy } from '@nestjs/microservices';
import { EVENTS, POLICY_SUBJECTS, type PolicyChanged, type PolicyRequest } from '@observatory/contracts';
import { grpcDoor } from '@observatory/platform';
import { describeWith, startKubeApiserver, until, type KubeApiserver } from '@observatory/testing';
import { firstValueFrom, type Observable } from 'rxjs';
import { flow, idOf, Suite } from './suite.js';

const DEADLINE = { deadlineMs: 60_000, everyMs: 200 };
const SECURITY = '/apis/security.istio.io/v1/namespaces/shop';
const cluster = 'east';
const cart = { kind: 'AuthorizationPolicy' as const, namespace: 'shop', name: 'cart-callers' };

const account = (name: string) => `cluster.local/ns/shop/sa/${name}`;
const authorization = (name: string, spec: object) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name, namespace: 'shop' },
  spec,
});
const callers = (...names: string[]) => ({
  selector: { matchLabels: { app: 'cart' } },
  action: 'ALLOW',
  rules: [{ from: [{ source: { principals: names.map(account) } }] }],
});

describeWith('kubeApiserver', 'the policy service', () => {
  let api: KubeApiserver;
  let suite: Suite;
  const changed: PolicyChanged[] = [];

  async function write(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
    const { status, body: answer } = await api.call({ method, path, ...(body ? { body } : {}) });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }
  async function replace(path: string, body: ReturnType<typeof authorization>): Promise<void> {
    const { metadata } = (await api.call({ method: 'GET', path })).body as { metadata: { resourceVersion: string } };
    await write('PUT', path, { ...body, metadata: { ...body.metadata, resourceVersion: metadata.resourceVersion } });
  }
  const deployment = (name: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { serviceAccountName: name, containers: [{ name: 'main', image: 'main', ports: [{ containerPort: 8080 }] }] },
      },
    },
  });

  beforeAll(async () => {
    api = await startKubeApiserver();
    await write('POST', '/api/v1/namespaces', { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
    for (const name of ['web', 'cart', 'report']) {
      await write('POST', '/apis/apps/v1/namespaces/shop/deployments', deployment(name));
      await write('POST', '/api/v1/namespaces/shop/serviceaccounts', { metadata: { name } });
      await write('POST', '/api/v1/namespaces/shop/services', {
        metadata: { name },
        spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      });
    }
    await write('POST', `${SECURITY}/authorizationpolicies`, authorization('cart-callers', callers('web', 'report')));
    suite = await Suite.start([{ kubeconfig: api.kubeconfig }]);
    suite.flows = [flow('shop/web > shop/cart', 5), flow('shop/report > shop/cart', 0.5), flow('shop/web > shop/report', 1, 'plaintext')];
    suite.bus.follow(EVENTS.policyChanged, new Date(0), (event) => void changed.push(event));
    await until(async () => (await list()).policies.some(({ version }) => version !== undefined), {
      ...DEADLINE,
      what: 'the first version',
    });
  }, 120_000);
  afterAll(async () => {
    await suite?.stop();
    await api?.[Symbol.asyncDispose]();
  });

  const list = () => suite.gateway.request(POLICY_SUBJECTS.policyList, {});

  it('lists policies with what they select, and the kinds that can be read', async () => {
    const { policies, kinds } = await list();
    expect(policies).toMatchObject([{ ...cart, action: 'ALLOW', scope: 'workload', rules: 1, selects: 1, version: 1, dryRun: false }]);
    expect(kinds.find(({ kind }) => kind === 'NetworkPolicy')).toMatchObject({ state: 'watched' });
    expect(POLICY_SUBJECTS.policyList.reply.safeParse(await list()).success).toBe(true);
  });

  it('says what a policy says, whom it selects and whether its rules are used', async () => {
    const detail = await suite.gateway.request(POLICY_SUBJECTS.policyGet, { cluster, ...cart });
    expect(detail.words.join(' ')).toContain(account('web'));
    expect(detail.workloads?.map(({ name }) => name)).toEqual(['cart']);
    expect(detail.rules).toMatchObject([{ rule: 0, flowsMatched: 2 }]);
    expect(POLICY_SUBJECTS.policyGet.reply.safeParse(detail).success).toBe(true);
  });

  it('keeps every version with its diff and tells of each once', async () => {
    await replace(`${SECURITY}/authorizationpolicies/cart-callers`, authorization('cart-callers', callers('web')));
    await until(() => changed.find(({ version }) => version === 2), { ...DEADLINE, what: 'the second version' });
    const { versions } = await suite.gateway.request(POLICY_SUBJECTS.versionList, { cluster, ...cart });
    expect(versions.map(({ version, change }) => [version, change])).toEqual([
      [2, 'changed'],
      [1, 'found'],
    ]);
    expect(versions[0]).toMatchObject({ linesAdded: 0, linesRemoved: 1 });
    expect(versions[0]?.diff).toMatch(new RegExp(`^- +- ${account('report')}$`, 'm'));
    expect(versions[0]?.changedAt).toBeDefined();
    await write('POST', `${SECURITY}/authorizationpolicies`, authorization('short-lived', { rules: [{}] }));
    await until(() => changed.find(({ name, change }) => name === 'short-lived' && change === 'created'), {
      ...DEADLINE,
      what: 'a creation',
    });
    await write('DELETE', `${SECURITY}/authorizationpolicies/short-lived`);
    await until(() => changed.find(({ name, change }) => name === 'short-lived' && change === 'deleted'), {
      ...DEADLINE,
      what: 'a deletion',
    });
    expect(new Set(changed.map(({ name, version }) => `${name} ${version}`)).size).toBe(changed.length);
    const { policies } = await suite.gateway.request(POLICY_SUBJECTS.policyList, { deleted: true });
    expect(policies.find(({ name }) => name === 'short-lived')?.deletedAt).toBeDefined();
    const { diff } = await suite.gateway.request(POLICY_SUBJECTS.versionDiff, { cluster, ...cart, from: 1, to: 2 });
    expect(diff).toContain(account('report'));
  });

  it('decides requests under given policies, with the live ones, layer by layer', async () => {
    const workload = { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart' };
    const request = (name: string): PolicyRequest => ({
      id: name,
      protocol: 'http',
      source: { principal: account(name) },
      method: 'GET',
      path: '/',
    });
    const asked = { policies: [], includeCluster: cluster, workload, requests: [request('web'), request('report')], layers: true };
    const { results } = await suite.gateway.request(POLICY_SUBJECTS.simulate, asked);
    expect(results.map(({ id, decision }) => [id, decision])).toEqual([
      ['web', 'ALLOW'],
      ['report', 'DENY'],
    ]);
    expect(results[1]?.layers?.map(({ layer }) => layer)).toEqual(['peerAuthentication', 'authorizationPolicy']);
    const strict = {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'strict', namespace: 'shop' },
      spec: { mtls: { mode: 'STRICT' } },
    };
    const plain = await suite.gateway.request(POLICY_SUBJECTS.simulate, { policies: [strict], workload, requests: [{ protocol: 'http' }] });
    expect(plain.results[0]).toMatchObject({ decision: 'DENY', decidedBy: { kind: 'PeerAuthentication', name: 'strict' } });
  });

  it('takes 10,000 requests, and says quickly that it is well meanwhile', async () => {
    const requests = Array.from({ length: 10_000 }, (_, index) => ({
      id: String(index),
      protocol: 'http' as const,
      path: `/${'x'.repeat(150)}/${index}`,
    }));
    const policies = [authorization('odd', { rules: [{ to: [{ operation: { paths: ['*1', '*3', '*5', '*7', '*9'] } }] }] })];
    const answer = suite.gateway.request(
      POLICY_SUBJECTS.simulate,
      { policies, workload: { namespace: 'shop', labels: {} }, requests },
      { timeoutMs: 20_000 },
    );
    const started = performance.now();
    expect((await fetch(`${suite.httpUrl}/healthz`)).ok).toBe(true);
    expect(performance.now() - started).toBeLessThan(1000);
    const { results } = await answer;
    expect(results.filter(({ decision }) => decision === 'ALLOW')).toHaveLength(5000);
    await expect(
      suite.gateway.requestBytes(POLICY_SUBJECTS.simulate, {
        policies: [],
        workload: { namespace: 'a', labels: {} },
        requests: [...requests, requests[0]],
      }),
    ).rejects.toMatchObject({
      code: 'request/invalid',
    });
  });

  it('survives text that is made to hurt', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]`)
      .join('\n')}\n`;
    const garbage = `- ${'[{'.repeat(2000)}`;
    for (const policies of [bomb, garbage, 'not: a policy', '\u0000']) {
      const { diagnostics } = await suite.gateway.request(POLICY_SUBJECTS.validate, { policies }, { timeoutMs: 20_000 });
      expect(diagnostics.map(({ severity }) => severity)).toContain('error');
    }
    const { diagnostics } = await suite.gateway.request(POLICY_SUBJECTS.validate, {
      policies: JSON.stringify(authorization('typo', { ...callers('nobody'), selector: { matchLabels: { app: 'crat' } } }), undefined, 2),
      cluster,
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(expect.arrayContaining(['selects-nothing', 'unknown-service-account']));
    expect(diagnostics.every(({ line }) => (line ?? 0) >= 1)).toBe(true);
  });

  it('replays recorded flows through a change', async () => {
    const apply = [authorization('cart-callers', callers('report'))];
    const reply = await suite.gateway.request(POLICY_SUBJECTS.whatIf, { cluster, changes: { apply } }, { timeoutMs: 20_000 });
    expect(POLICY_SUBJECTS.whatIf.reply.safeParse(reply).error?.issues ?? []).toEqual([]);
    expect(reply.summary).toMatchObject({
      newlyDenied: { flows: 1, requestsPerSecond: 5 },
      newlyAllowed: { flows: 1, requestsPerSecond: 0.5 },
      undecidable: { flows: 0 },
      unchanged: { flows: 1 },
    });
    expect(reply.flows[0]).toMatchObject({
      verdict: 'newlyDenied',
      flow: { source: { name: 'web' }, request: { port: 8080 } },
      current: { decision: 'ALLOW', decidedBy: { name: 'cart-callers' } },
      proposed: { decision: 'DENY' },
    });
    const paths = [
      authorization('no-admin', { ...callers('web'), action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }] }),
    ];
    const unsure = await suite.gateway.request(POLICY_SUBJECTS.whatIf, { cluster, changes: { apply: paths } }, { timeoutMs: 20_000 });
    expect(unsure.flows[0]).toMatchObject({ verdict: 'undecidable', proposed: { missing: ['path'] } });
    const gone = await suite.gateway.request(POLICY_SUBJECTS.whatIf, { cluster, changes: { delete: [cart] } }, { timeoutMs: 20_000 });
    expect(gone.summary).toMatchObject({ newlyDenied: { flows: 0 }, newlyAllowed: { flows: 1 } });
  });

  it('suggests no policy that cuts off a caller without identity', async () => {
    const reply = await suite.gateway.request(POLICY_SUBJECTS.suggest, { cluster }, { timeoutMs: 20_000 });
    expect(POLICY_SUBJECTS.suggest.reply.safeParse(reply).error?.issues ?? []).toEqual([]);
    expect(reply.suggestions.map(({ workload, name, state }) => [workload?.name ?? name, state]).sort()).toEqual([
      ['cart', 'covered'],
      ['default-deny', 'withheld'],
      ['report', 'withheld'],
    ]);
    expect(reply.replay.summary.newlyDenied.flows).toBe(0);
  });

  it('tells who can reach whom, with and without traffic', async () => {
    const { entries, anonymous } = await suite.gateway.request(
      POLICY_SUBJECTS.reach,
      { workload: idOf('shop/cart') },
      { timeoutMs: 20_000 },
    );
    expect(entries.map(({ source, verdict, requestsPerSecond }) => [source.name, verdict, requestsPerSecond])).toEqual([
      ['report', 'none', 0.5],
      ['web', 'all', 5],
    ]);
    expect(anonymous).toBe('none');
    const { cells } = await suite.gateway.request(POLICY_SUBJECTS.matrix, { cluster }, { timeoutMs: 20_000 });
    expect(cells).toMatchObject([{ source: 'shop', target: 'shop', all: 5, none: 1, some: 0, unknown: 0 }]);
  });

  it('answers the same over gRPC', async () => {
    const client = ClientProxyFactory.create(grpcDoor('policy', `127.0.0.1:${suite.grpcPort}`)) as unknown as ClientGrpcProxy;
    try {
      const remote = client.getService<Record<string, (request: object) => Observable<Record<string, unknown>>>>('PolicyService');
      const { policies } = await firstValueFrom(remote['listPolicies']!({ kind: 'AuthorizationPolicy' }));
      expect(policies).toMatchObject([{ cluster, ref: cart, rules: 1, selects: 1 }]);
      const { versions } = await firstValueFrom(remote['listVersions']!({ cluster, ref: cart }));
      expect(versions).toHaveLength(2);
      const { newlyAllowed } = await firstValueFrom(remote['whatIf']!({ cluster, delete: [cart] }));
      expect(newlyAllowed).toEqual({ flows: 1, requestsPerSecond: 0.5 });
      const workload = { namespace: 'shop', labels: { app: 'cart' } };
      const requests = [{ id: 'r', protocol: 'http', principal: account('report') }];
      const { results } = await firstValueFrom(remote['simulate']!({ policies: '', includeCluster: cluster, workload, requests }));
      expect(results).toMatchObject([{ id: 'r', decision: 'DENY' }]);
      await expect(firstValueFrom(remote['listVersions']!({ cluster }))).rejects.toMatchObject({ code: 3 });
    } finally {
      client.close();
    }
  });

  it('covers and judges the mesh, with OPA off by name', async () => {
    const { namespaces, workloads, usage } = await suite.gateway.request(POLICY_SUBJECTS.coverage, {}, { timeoutMs: 20_000 });
    expect(namespaces.find(({ namespace }) => namespace === 'shop')).toMatchObject({ workloads: 3, defaultDeny: 1, strictMtls: 0 });
    expect(workloads.find(({ name }) => name === 'cart')).toMatchObject({ defaultDeny: true, mtls: 'PERMISSIVE' });
    expect(usage.days).toBeCloseTo(7, 1);
    const compliance = await suite.gateway.request(POLICY_SUBJECTS.compliance, {}, { timeoutMs: 20_000 });
    expect(POLICY_SUBJECTS.compliance.reply.safeParse(compliance).success).toBe(true);
    expect(compliance.ruleSets.map(({ name, state }) => [name, state])).toEqual([
      ['built-in', 'active'],
      ['opa', 'off'],
    ]);
    expect(compliance.findings.filter(({ rule }) => rule === 'default-deny').map(({ subject }) => subject.name)).toEqual(['report', 'web']);
  });
});
