import { mapEdge, mapNode } from './level-of-detail.js';
import { OVERLAYS, overlayLegend, overlaysWithData, overlayTones } from './overlay.js';
import { edge, node, topology } from './test-graph.js';

const [a, b] = [node('shop/a'), node('shop/b', { mesh: 'none' })];
const one = (fields: Parameters<typeof edge>[2]) => mapEdge('x', a.id, b.id, [edge(a, b, fields)]);

describe('overlays', () => {
  it('offers only what there is data for', () => {
    expect(overlaysWithData(topology([a], []))).toEqual(['health']);
    expect(overlaysWithData(topology([a, b], [edge(a, b, { latencyMs: { mean: 1 } })]))).toEqual([...OVERLAYS]);
    expect(overlaysWithData(topology([a], [edge(a, a, { mtls: { ratio: null } })]))).toEqual(['health']);
  });
  it('health is the map as it is', () => expect(overlayTones('health')).toBeUndefined());

  const encryption = (ratio: number | null, expected: string) =>
    expect(overlayTones('encryption')?.edge(one({ mtls: { ratio } }))).toBe(expected);
  it('unknown encryption is neither good nor bad', () => {
    encryption(1, 'encrypted');
    encryption(0.5, 'degraded');
    encryption(0, 'failing');
    encryption(null, 'idle');
  });
  it('latency takes the 95 % where it is known, else the mean', () => {
    const tone = (latencyMs?: { mean: number; p95?: number }) => overlayTones('latency')?.edge(one(latencyMs ? { latencyMs } : {}));
    expect([tone({ mean: 5 }), tone({ mean: 5, p95: 60 }), tone({ mean: 300 }), tone({ mean: 5000 }), tone()]).toEqual([
      'scale0',
      'scale2',
      'scale3',
      'scale4',
      'idle',
    ]);
  });
  it('the data plane colours nodes', () => {
    expect([a, b].map((each) => overlayTones('mesh')?.node(mapNode(each)))).toEqual(['istio', 'idle']);
  });
  it('every overlay has a legend of distinct words', () => {
    for (const overlay of OVERLAYS) {
      const words = overlayLegend(overlay).map((entry) => entry.words);
      expect(new Set(words).size).toBe(words.length);
      expect(words.length).toBeGreaterThan(2);
    }
  });
});
