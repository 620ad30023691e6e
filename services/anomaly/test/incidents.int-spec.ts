/** A stream of windows with a fault in it: one incident, the right cause first, one alert; what people decide; what is kept. */
import { ClientProxyFactory, type ClientGrpcProxy } from '@nestjs/microservices';
import { ANOMALY_SUBJECTS, EVENTS, type AuditEntry, type EdgeSample } from '@observatory/contracts';
import { grpcDoor } from '@observatory/platform';
import type { AnomalyProto } from '@observatory/proto';
import { until } from '@observatory/testing';
import { firstValueFrom, type Observable } from 'rxjs';
import { incidentToProto } from '../src/answers/anomaly.mapper.js';
import { edgeBetween, idOf, type Fault } from './mesh.js';
import { Suite } from './suite.js';

const SLOW: Fault = { at: 'shop/payments', latencyFactor: 8, propagates: 0.6 };
const FAILING: Fault = { at: 'shop/catalog', errorShare: 0.3, propagates: 0.5 };

type Remote = {
  [Method in Exclude<keyof AnomalyProto.AnomalyService, 'watchIncidents'>]: (
    request: Partial<Parameters<AnomalyProto.AnomalyService[Method]>[0]>,
  ) => Observable<Awaited<ReturnType<AnomalyProto.AnomalyService[Method]>>>;
};
/** What proto-loader makes of absent fields is not part of the answer. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, field: unknown) => (field === null || name.startsWith('_') ? undefined : field)));

const halved = (edge: EdgeSample): EdgeSample => ({ ...edge, requestsPerSecond: edge.requestsPerSecond / 5 });

describe('incidents', () => {
  let suite: Suite;
  const audit: AuditEntry[] = [];

  beforeAll(async () => {
    suite = await Suite.start();
    suite.bus.follow(EVENTS.auditRecorded, new Date(0), (entry) => void audit.push(entry));
    await suite.launch();
    await suite.ready();
  }, 120_000);
  afterAll(() => suite?.stop());

  it('are none in quiet times, and what was learned is known', async () => {
    await suite.windows(20);
    await suite.scored();
    expect(await suite.incidents()).toEqual([]);
    const { clusters, stages, subjects, lastDelayFromCloseMs } = await suite.ask.request(ANOMALY_SUBJECTS.baseline, {});
    // Windows of the test end whenever it likes, but are closed now.
    expect(lastDelayFromCloseMs).toBeGreaterThanOrEqual(0);
    expect(lastDelayFromCloseMs).toBeLessThan(60_000);
    expect(clusters[0]).toMatchObject({ state: 'ready', cluster: 'east' });
    expect(subjects).toBe(9);
    // Metrics was away for a moment: what was not answered was asked again, and nothing else.
    expect(clusters[0]!.historySec).toBeGreaterThan(2 * 86_400);
    expect(suite.historyQuestions).toBeGreaterThan(2016);
    expect(suite.historyQuestions).toBeLessThan(2 * 2016);
    // Traffic of two days: the time of day is known of what is called.
    expect(stages.seasonal).toBeGreaterThan(0);
  });

  it('is one for a slow workload and all who wait for it, with the slow one first', async () => {
    await suite.rotate('shop/payments');
    await suite.windows(6, SLOW);
    await suite.scored();
    const [summary, ...others] = await suite.incidents();
    expect(others).toEqual([]);
    const incident = await suite.incident(summary!.id);
    expect(incident.causes[0]).toMatchObject({ node: idOf('shop/payments'), label: 'shop/payments' });
    expect(incident).toMatchObject({ state: 'open', types: ['latency'], category: 'behaviour', title: 'Slower answers: shop/payments' });
    expect(incident.blast.exposedNodes).toContain(idOf('shop/web'));
    expect(incident.callers.map(({ node }) => node)).toEqual([idOf('shop/cart')]);
    expect(incident.changes).toMatchObject([{ kind: 'certificate', namespace: 'shop', name: 'payments-1', onCause: true }]);
    expect(incident.changesUnknown.join(' ')).not.toMatch(/certificate/);
    const [member] = incident.members.filter(({ subject }) => subject.id === edgeBetween('shop/cart', 'shop/payments'));
    expect(member?.evidence[0]?.words).toMatch(/latency: \d+ ms where about 2\d(\.\d)? ms is usual/);
    await until(() => suite.events.some(({ change }) => change === 'raised'), { deadlineMs: 5000, what: 'the event' });
    expect(suite.events.filter(({ change }) => change === 'raised')).toHaveLength(1);
    expect(await suite.rows('SELECT key FROM anomaly.alerts')).toEqual([{ key: incident.id }]);
  });

  it('shows scores of everything, and signals with what was expected', async () => {
    const scores = await suite.ask.request(ANOMALY_SUBJECTS.scores, {});
    expect(scores.nodes.find(({ id }) => id === idOf('shop/payments'))?.score).toBeGreaterThan(0.85);
    expect(scores.nodes.find(({ id }) => id === idOf('shop/catalog'))?.score).toBeLessThan(0.85);
    expect(scores.edges).toHaveLength(4);
    const unusual = await suite.ask.request(ANOMALY_SUBJECTS.scores, { minimumScore: 0.85 });
    expect(unusual.edges.map(({ id }) => id)).toContain(edgeBetween('shop/cart', 'shop/payments'));
  });

  it('is the same over gRPC', async () => {
    const [summary] = await suite.incidents();
    const client = ClientProxyFactory.create(grpcDoor('anomaly', `127.0.0.1:${suite.grpcPort}`)) as unknown as ClientGrpcProxy;
    try {
      const remote = client.getService<Remote>('AnomalyService');
      const { incidents } = await firstValueFrom(remote.listIncidents({}));
      expect(incidents.map(({ id, cause }) => [id, cause?.label])).toEqual([[summary!.id, 'shop/payments']]);
      const incident = await firstValueFrom(remote.getIncident({ id: summary!.id }));
      const expected = incidentToProto(await suite.incident(summary!.id));
      expect(plain(incident)).toEqual(plain(expected));
      const { edges } = await firstValueFrom(remote.listScores({ minimumScore: 0.85 }));
      expect(edges.map(({ id }) => id)).toContain(edgeBetween('shop/cart', 'shop/payments'));
    } finally {
      client.close();
    }
  });

  it('is acknowledged, with the name in the trail', async () => {
    const [incident] = await suite.incidents();
    const reply = await suite.decide(incident!.id, { state: 'acknowledged', note: 'looking' });
    expect(reply.incident).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ada' });
    await suite.windows(1, SLOW);
    await suite.scored();
    expect((await suite.incidents())[0]).toMatchObject({ id: incident!.id, state: 'acknowledged' });
    await until(() => audit.some(({ action }) => action === 'anomaly.acknowledged'), { deadlineMs: 5000, what: 'the trail' });
  });

  it('is over when everything is as usual, and comes back as itself', async () => {
    await suite.windows(12);
    await suite.scored();
    const [closed] = await suite.incidents();
    expect(closed).toMatchObject({ state: 'closed', reopened: 0 });
    expect(closed!.cause?.node).toBe(idOf('shop/payments'));
    await suite.windows(5, SLOW);
    await suite.scored();
    expect(await suite.incidents()).toMatchObject([{ id: closed!.id, state: 'open', reopened: 1 }]);
    await suite.windows(12);
    await suite.scored();
    expect((await suite.incidents())[0]).toMatchObject({ state: 'closed' });
  });

  it('names the failing workload, and stays silent where somebody said so', async () => {
    await suite.windows(5, FAILING);
    await suite.scored();
    const failing = (await suite.incidents()).find(({ types }) => types.includes('errors'));
    expect(failing).toMatchObject({ state: 'open', severity: 'critical', cause: { node: idOf('shop/catalog') } });
    const suppressed = await suite.decide(failing!.id, { state: 'suppressed', note: 'a load test' });
    expect(suppressed.incident.state).toBe('suppressed');
    const { suppressions } = await suite.ask.request(ANOMALY_SUBJECTS.suppressionList, {});
    expect(suppressions.map(({ subject }) => subject)).toContain(idOf('shop/catalog'));
    await suite.windows(12);
    await suite.scored();
    const raised = suite.events.filter(({ change }) => change === 'raised').length;
    await suite.windows(5, FAILING);
    await suite.scored();
    const open = (await suite.rows(`SELECT count(*)::int AS n FROM anomaly.alerts WHERE withdrawn_at IS NULL`))[0];
    expect([open, suite.events.filter(({ change }) => change === 'raised').length]).toEqual([{ n: 0 }, raised]);
    await suite.windows(12);
    await suite.scored();
  });

  it('goes out again when it becomes worse, once', async () => {
    const failing = (errorShare: number): Fault => ({ at: 'shop/payments', errorShare, propagates: 0.5 });
    await suite.windows(6, failing(0.05));
    await suite.scored();
    const [mild] = (await suite.incidents()).filter(({ state, types }) => state === 'open' && types.includes('errors'));
    expect(mild).toMatchObject({ severity: 'warning', cause: { node: idOf('shop/payments') } });
    const alerts = () =>
      suite.rows(
        `SELECT a.severity, array_agg(d.transition ORDER BY d.seq) AS told FROM anomaly.alerts a JOIN anomaly.alert_deliveries d ON d.alert_id = a.id
         WHERE a.key = '${mild!.id}' GROUP BY a.id ORDER BY a.raised_at`,
      );
    expect(await alerts()).toEqual([{ severity: 'medium', told: ['raised'] }]);
    await suite.windows(6, failing(0.4));
    await suite.scored();
    expect((await suite.incidents()).find(({ id }) => id === mild!.id)).toMatchObject({ severity: 'critical', state: 'open' });
    await suite.windows(3, failing(0.4));
    await suite.scored();
    expect(await alerts()).toEqual([{ severity: 'critical', told: ['raised', 'worsened'] }]);
    await suite.windows(12);
    await suite.scored();
    expect(await alerts()).toEqual([{ severity: 'critical', told: ['raised', 'worsened', 'withdrawn'] }]);
  });

  it('needs more after it was called useless', async () => {
    const [incident] = await suite.incidents();
    const actor = { name: 'ada', kind: 'person' } as const;
    const reply = await suite.ask.request(ANOMALY_SUBJECTS.feedback, { id: incident!.id, actor, feedback: { verdict: 'useless' } });
    expect(reply.lowered.every(({ factor }) => factor < 1)).toBe(true);
    const again = await suite.ask.request(ANOMALY_SUBJECTS.feedback, { id: incident!.id, actor, feedback: { verdict: 'useful' } });
    expect(again.lowered.every(({ factor }) => factor === 1)).toBe(true);
  });

  it('is said of whom, by name', async () => {
    const actor = { name: 'ada', kind: 'person' } as const;
    const until = { reason: 'a test of ours', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    const [source, target] = [idOf('shop/web'), idOf('shop/catalog')];
    const labels: string[] = [];
    for (const subject of [target, edgeBetween('shop/web', 'shop/catalog'), 'workload~east~shop~nobody']) {
      const { suppression } = await suite.ask.request(ANOMALY_SUBJECTS.suppress, { actor, suppression: { subject, ...until } });
      labels.push(suppression.label);
      await suite.ask.request(ANOMALY_SUBJECTS.suppressionEnd, { id: suppression.id, actor });
    }
    expect(labels).toEqual(['shop/catalog', 'shop/web -> shop/catalog', 'workload~east~shop~nobody']);
    const expected = { type: 'exfiltration', source, target, ...until } as const;
    const { allowance } = await suite.ask.request(ANOMALY_SUBJECTS.allow, { actor, allowance: expected });
    expect(allowance.label).toBe('shop/web -> shop/catalog');
    await suite.ask.request(ANOMALY_SUBJECTS.allowanceEnd, { id: allowance.id, actor });
  });

  it('is none of a mesh whose telemetry ceased, and begins after it came back with rates that are still low', async () => {
    const before = await suite.incidents();
    const learned = await suite.ask.request(ANOMALY_SUBJECTS.baseline, {});
    await suite.windows(5, undefined, { coverage: 'none', edges: () => [] });
    await suite.windows(4, undefined, { coverage: 'partial', edges: (usual) => usual.map(halved) });
    await suite.windows(1);
    await suite.scored();
    expect(await suite.incidents()).toEqual(before);
    const { clusters } = await suite.ask.request(ANOMALY_SUBJECTS.baseline, {});
    // Nothing was learned of windows without samples.
    expect(clusters[0]!.historySec - learned.clusters[0]!.historySec).toBe(5 * 30);
  });

  it('goes on from what was learned after a restart', async () => {
    const before = await suite.ask.request(ANOMALY_SUBJECTS.baseline, {});
    await suite.kill('SIGTERM');
    await suite.launch();
    await suite.windows(2);
    await suite.scored();
    const after = await suite.ask.request(ANOMALY_SUBJECTS.baseline, {});
    expect(after.clusters[0]!.historySec).toBeGreaterThanOrEqual(before.clusters[0]!.historySec);
    expect(after.stages).toEqual(before.stages);
  });
});
