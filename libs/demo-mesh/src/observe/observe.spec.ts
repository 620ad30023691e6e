import { Cluster } from '../model/cluster.js';
import { Counters } from '../traffic/counters.js';
import { influenceOf } from '../faults/influence.js';
import { parseTarget } from '../faults/kinds.js';
import { ALLOWED, CALM } from '../traffic/influence.js';
import { meshState, type MeshState } from '../traffic/state.js';
import { Jaeger, jaegerDurationMs } from './jaeger.js';
import { Loki, lokiTimeSec, parseLogQuery } from './loki.js';
import { requestsOf } from './requests.js';
import { readTraceId, traceIdOf, traceOf } from './trace.js';

const cluster = new Cluster();
const SEED = 7;
const nowSec = Math.floor(Date.now() / 1000);
const stateAt = (timeSec: number): MeshState => meshState({ cluster, lanes: cluster.lanes, timeSec, seed: SEED, influence: CALM });
const entry = cluster.lanes.find(({ id }) => id.includes('->shop/storefront'))!;

describe('single requests', () => {
  it('are the ones that the counters counted', () => {
    const counters = new Counters(SEED);
    const found = new Map<string, number>();
    for (let timeSec = nowSec - 60; timeSec < nowSec; timeSec += 1) {
      const state = stateAt(timeSec);
      counters.advance(state, timeSec, 1);
      for (const { outcome } of requestsOf(cluster, state.get(entry.id)!, { timeSec, seed: SEED }))
        found.set(outcome.source.code, (found.get(outcome.source.code) ?? 0) + 1);
    }
    const counted = new Map<string, number>();
    for (const { reply, count } of counters.laneCounters(entry).source.values())
      counted.set(reply.code, (counted.get(reply.code) ?? 0) + count);
    expect(found).toEqual(counted);
    expect(found.get('200')).toBeGreaterThan(300);
  });

  it('are refused by their operation, where a policy names one', () => {
    const refused = entry.call.operations.slice(0, 1);
    const influence = { ...CALM, refusal: () => ({ ...ALLOWED, refused, deniedShare: 0.3 }) };
    const seen = new Set<string>();
    for (let timeSec = nowSec - 20; timeSec < nowSec; timeSec += 1) {
      const state = meshState({ cluster, lanes: cluster.lanes, timeSec, seed: SEED, influence }).get(entry.id)!;
      for (const { operation, outcome } of requestsOf(cluster, state, { timeSec, seed: SEED }))
        seen.add(`${refused.includes(operation) ? 'refused' : 'other'} ${outcome.name === 'denied' ? 'denied' : 'passed'}`);
    }
    expect([...seen].sort()).toEqual(['other passed', 'refused denied']);
  });
});

describe('traces', () => {
  const request = requestsOf(cluster, stateAt(nowSec).get(entry.id)!, { timeSec: nowSec, seed: SEED })[0]!;

  it('have ids that tell where they come from', () => {
    const id = traceIdOf(cluster, request, nowSec);
    expect(readTraceId(cluster, id)).toEqual({ timeSec: nowSec, lane: entry, index: request.index });
    expect(
      readTraceId(
        cluster,
        id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    ).toBeUndefined();
    expect(readTraceId(cluster, 'abc')).toBeUndefined();
  });

  it('are trees whose spans lie within their parents', () => {
    for (let timeSec = nowSec - 20; timeSec < nowSec; timeSec += 1) {
      const states = stateAt(timeSec);
      for (const each of requestsOf(cluster, states.get(entry.id)!, { timeSec, seed: SEED })) {
        const spans = traceOf({ cluster, states, traceId: traceIdOf(cluster, each, timeSec) }, each);
        const byId = new Map(spans.map((span) => [span.spanId, span]));
        expect(byId.size).toBe(spans.length);
        expect(spans.filter(({ parentId }) => parentId === undefined)).toHaveLength(1);
        for (const span of spans) {
          if (span.parentId === undefined) continue;
          const parent = byId.get(span.parentId)!;
          expect(span.startMs).toBeGreaterThanOrEqual(parent.startMs);
          expect(span.startMs + span.durationMs).toBeLessThanOrEqual(parent.startMs + parent.durationMs + 1);
        }
      }
    }
  });

  it('lead from a failed request to what failed it', () => {
    const bends = [
      { target: parseTarget(cluster, 'shop/catalog'), effect: { extraErrorShare: 0.5 }, rpsByLane: new Map<string, number>() },
    ];
    const states = meshState({
      cluster,
      lanes: cluster.lanes,
      timeSec: nowSec,
      seed: SEED,
      influence: influenceOf({ bends, faultLanes: new Set(), refusal: () => ALLOWED }),
    });
    const failed = requestsOf(cluster, states.get(entry.id)!, { timeSec: nowSec, seed: SEED }).filter(
      ({ outcome }) => outcome.name === 'error',
    );
    const led = failed.filter((each) =>
      traceOf({ cluster, states, traceId: traceIdOf(cluster, each, nowSec) }, each).some(
        ({ workload, reply }) => workload.name === 'catalog' && reply.code === '500',
      ),
    );
    expect(failed.length).toBeGreaterThan(2);
    expect(led.length / failed.length).toBeGreaterThan(0.8);
  });

  it('are found by service and told again by id', async () => {
    const jaeger = new Jaeger(cluster, { stateAt, seed: SEED });
    const { data } = (await jaeger.search(new URLSearchParams({ service: 'payments.shop', limit: '3' }))) as {
      data: { traceID: string; processes: Record<string, { serviceName: string }> }[];
    };
    expect(data).toHaveLength(3);
    for (const trace of data) {
      expect(Object.values(trace.processes).map(({ serviceName }) => serviceName)).toContain('payments.shop');
      expect(jaeger.trace(trace.traceID)).toMatchObject({ data: [trace] });
    }
    expect(jaeger.trace('0'.repeat(32))).toBeUndefined();
  });

  it.each([
    ['1.5s', 1500],
    ['200ms', 200],
    ['300us', 0.3],
    ['', undefined],
    ['x', undefined],
  ])('reads the duration %p', (text, expected) => expect(jaegerDurationMs(text)).toBe(expected));
});

describe('logs', () => {
  const loki = new Loki(cluster, { stateAt, seed: SEED }, () => null);
  const lines = async (query: string, more: Record<string, string> = {}) => {
    const answer = (await loki.queryRange(new URLSearchParams({ query, ...more }))) as {
      data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
    };
    return answer.data.result.flatMap(({ stream, values }) =>
      values.map(([at, line]) => ({ stream, at, entry: JSON.parse(line) as Record<string, unknown> })),
    );
  };

  it('are filtered by stream, text and field, newest first', async () => {
    const found = await lines('{namespace="shop", app=~"cart|catalog"} |= "GET" | json | response_code = 200', { limit: '20' });
    expect(found).toHaveLength(20);
    for (const { stream, entry: line } of found) {
      expect(stream.app).toMatch(/^(cart|catalog)$/);
      expect(line).toMatchObject({ method: 'GET', response_code: 200 });
    }
  });

  it('keep to the time that was asked for', async () => {
    const found = await lines('{app="storefront"}', { start: String(nowSec - 120), end: String(nowSec - 110), limit: '5000' });
    expect(found.length).toBeGreaterThan(50);
    for (const { at } of found) {
      expect(Number(at) / 1e9).toBeGreaterThanOrEqual(nowSec - 120);
      expect(Number(at) / 1e9).toBeLessThan(nowSec - 110);
    }
  });

  it.each(['rate({app="x"}[5m])', '{}', '{app="x"} | logfmt', '{app=x}'])('say that %p is beyond them', (query) =>
    expect(() => parseLogQuery(query)).toThrow(),
  );

  it.each([
    ['1700000000', 1_700_000_000],
    ['1700000000000000000', 1_700_000_000],
    ['2023-11-14T22:13:20Z', 1_700_000_000],
    ['', undefined],
    ['soon', undefined],
  ])('read the time %p', (text, expected) => expect(lokiTimeSec(text)).toBe(expected));

  it('know their labels', () => {
    expect(loki.values('namespace')).toEqual({ status: 'success', data: ['data', 'istio-ingress', 'media', 'shop'] });
    expect(loki.values('constructor')).toEqual({ status: 'success', data: [] });
  });
});
