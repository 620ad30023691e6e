import { edgeLabel, LABEL_MODES } from './edge-label.js';
import { levelOfDetail, mapEdge } from './level-of-detail.js';
import { mapSummary } from './summary.js';
import { edge, node, topology } from './test-graph.js';
import { Room, shorten } from './text-fit.js';
import { marks, shareOf, SPANS, spanHolding, timeAt } from './time-scale.js';

const [a, b] = [node('shop/a'), node('shop/b')];
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('edgeLabel', () => {
  const check = (fields: Parameters<typeof edge>[2], attention: boolean, expected: string[]) => {
    const of = mapEdge('x', a.id, b.id, [edge(a, b, fields)]);
    expect(LABEL_MODES.map((mode) => plain(edgeLabel(of, mode, attention).text))).toEqual(expected);
  };
  it('says the chosen figure', () =>
    check({ latencyMs: { mean: 5, p95: 12 }, sentBytesPerSecond: 2000 }, false, ['', '10 req/s', '12 ms', '5 ms', '0 %', '2 kB/s']));
  it('is silent about what is not known', () => check({ requestsPerSecond: 0, errorRatio: null }, false, ['', '', '', '', '', '']));
  it('adds errors past the threshold', () =>
    check({ errorRatio: 0.2 }, true, ['20 % errors', '10 req/s · 20 %', '20 % errors', '20 % errors', '20 %', '20 % errors']));
  it('says bytes of TCP', () =>
    check({ protocol: 'tcp', requestsPerSecond: 0, errorRatio: null, receivedBytesPerSecond: 5e6 }, false, [
      '',
      '5 MB/s',
      '',
      '',
      '',
      '5 MB/s',
    ]));
});

describe('mapSummary', () => {
  it('counts what is there and what is left out', () => {
    const graph = topology([a, { ...b, health: { state: 'failing', reasons: [] } }], [edge(a, b)]);
    expect(mapSummary(graph, null)).toBe('2 nodes in 1 namespace, 1 edge; 1 failing.');
    const view = { ...levelOfDetail(graph, { open: new Set() }), omitted: { edges: 7, requestsPerSecond: 3 } };
    expect(mapSummary(topology([a], []), view)).toBe(
      '1 node in 1 namespace, 0 edges; nothing failing or degraded. 7 quiet edges not drawn.',
    );
  });
});

describe('Room', () => {
  const box = (minX: number, minY: number) => ({ minX, minY, maxX: minX + 10, maxY: minY + 4 });
  it('gives a place once', () => {
    const room = new Room(8);
    room.occupy(box(100, 100));
    expect([room.take(box(0, 0)), room.take(box(5, 2)), room.take(box(11, 0)), room.take(box(95, 98))]).toEqual([true, false, true, false]);
  });
  it('shortens at a word', () => expect([shorten('short', 9), shorten('a long name', 7)]).toEqual(['short', 'a long…']));
});

describe('time scale', () => {
  const now = Date.parse('2026-09-01T12:00:10Z');
  it('takes the shortest span that holds the times', () => {
    const spanOf = (...agoSec: number[]) =>
      spanHolding(
        agoSec.map((sec) => now - sec * 1000),
        now,
      ).text;
    expect([spanOf(0), spanOf(3600), spanOf(3601), spanOf(90_000, 10), spanOf(8 * 86_400)]).toEqual(['1 h', '1 h', '24 h', '7 d', '7 d']);
  });
  it('maps both ways, on whole steps, and ends now', () => {
    for (const span of SPANS) {
      expect(timeAt(1, span, now)).toBeLessThanOrEqual(now);
      const at = timeAt(0.5, span, now);
      expect(at % (span.stepSec * 1000)).toBe(0);
      expect(shareOf(at, span, now)).toBeCloseTo(0.5, 1);
    }
    expect([shareOf(0, SPANS[0], now), shareOf(now + 1000, SPANS[0], now)]).toEqual([0, 1]);
  });
  it('marks round times of the zone within the span', () => {
    expect(marks(SPANS[0], now, 0).map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      '11:10',
      '11:20',
      '11:30',
      '11:40',
      '11:50',
      '12:00',
    ]);
    expect(marks(SPANS[2], now, 120).map((at) => new Date(at).toISOString().slice(11, 16))).toEqual(
      Array.from({ length: 7 }, () => '22:00'),
    );
    expect(marks(SPANS[1], now, 0)).toHaveLength(6);
  });
});
