import type { Topology } from '@observatory/contracts';
import { AT, sample } from '../../test/rows.js';
import { buildGraph, exportGraph, explanationOf } from '../index.js';
import { csvCell, escapeXml, quoteDot } from './export.js';

const HOSTILE = `=cmd|' /C calc'!A0 "x" <script>&\\`;
const topology: Topology = {
  generatedAt: AT,
  at: AT,
  windowSec: 300,
  graph: 'workload',
  sources: [],
  ...buildGraph({
    graph: 'workload',
    windowSec: 300,
    samples: [
      sample(
        { kind: 'workload', cluster: 'east', namespace: 'shop', name: 'web', version: 'v1' },
        { kind: 'external', cluster: 'east', namespace: '', name: HOSTILE },
        {
          requestsPerSecond: 2,
          errorsPerSecond: 1,
          latencySumMsPerSecond: 10,
          latencyCountPerSecond: 1,
          mutualTlsPerSecond: 1,
        },
      ),
      sample('shop/web', 'shop/db', { protocol: 'tcp', sentBytesPerSecond: 1000, receivedBytesPerSecond: 234.5, connectionsPerSecond: 1 }),
    ],
  }),
};

describe('escaping', () => {
  it('XML', () => {
    const check = (text: string, expected: string) => expect(escapeXml(text)).toBe(expected);
    check(`<a b="c">&'`, '&lt;a b=&quot;c&quot;&gt;&amp;&apos;');
    check('a\u0000\u0008b\tc\u{1f600}\ufffe\ud800', 'a??b\tc\u{1f600}??');
  });
  it('DOT', () => {
    const check = (text: string, expected: string) => expect(quoteDot(text)).toBe(expected);
    check('a"b', '"a\\"b"');
    check('a\\', '"a\\\\"');
    check('a\\"', '"a\\\\\\""');
    check('a\nb', '"a b"');
  });
  it('CSV', () => {
    const check = (value: string | number | null | undefined, expected: string) => expect(csvCell(value)).toBe(expected);
    check('plain', 'plain');
    check('a,b', '"a,b"');
    check('a"b', '"a""b"');
    check('a\nb', '"a\nb"');
    check('=1+1', "'=1+1");
    check('@x', "'@x");
    check('-x', "'-x");
    check('+x,"', `"'+x,"""`);
    check('\tx', "'\tx");
    check('\rx', `"'\rx"`);
    check(-1.5, '-1.5');
    check(null, '');
    check(undefined, '');
  });
});

describe('exportGraph', () => {
  it('JSON is what REST answers', () => {
    expect(exportGraph(topology, 'json')).toEqual({
      contentType: 'application/json',
      fileName: 'mesh-workload-20260301T100000000Z.json',
      text: JSON.stringify(topology),
    });
  });
  it('GraphML names every key that it uses', () => {
    const { text, contentType } = exportGraph(topology, 'graphml');
    expect(contentType).toBe('application/graphml+xml');
    const declared = new Set([...text.matchAll(/<key id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, used] of text.matchAll(/<data key="([^"]+)"/g)) expect(declared).toContain(used);
    expect(text).toContain('<key id="edge_requestsPerSecond" for="edge" attr.name="requestsPerSecond" attr.type="double"/>');
    expect(text).toContain('<key id="edge_latencyMsP99" for="edge" attr.name="latencyMsP99" attr.type="double"/>');
    expect(text).toContain('<key id="node_name" for="node" attr.name="name" attr.type="string"/>');
    expect(text).toContain('&quot;x&quot; &lt;script&gt;&amp;');
    expect(text).not.toContain('<script>');
    expect(text.match(/<node /g)).toHaveLength(3);
    expect(text.match(/<edge /g)).toHaveLength(2);
  });
  it('DOT labels nodes and edges', () => {
    const { text } = exportGraph(topology, 'dot');
    expect(text).toContain('"workload~east~shop~web" [label="shop/web v1", color=red];');
    expect(text).toContain(`label="=cmd|' /C calc'!A0 \\"x\\" <script>&\\\\"`);
    expect(text).toContain('[label="http 2/s", color=red];');
    expect(text).toContain('-> "workload~east~shop~db" [label="tcp 1230 B/s"];');
  });
  it('CSV has one line an edge', () => {
    const lines = exportGraph(topology, 'csv').text.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^sourceKind,sourceCluster,sourceNamespace,sourceName,sourceVersion,targetKind,.*,mtlsRatio$/);
    expect(lines[1]).toContain(`"'=cmd|' /C calc'!A0 ""x"" <script>&\\"`);
    expect(lines[2]).toBe('workload,east,shop,web,v1,workload,east,shop,db,,tcp,,0,,,,,,,1000,234.5,1,');
    const without = exportGraph({ ...topology, nodes: [] }, 'csv').text.split('\r\n');
    expect(without[2]).toMatch(/^,,,,,,,,,,tcp,/);
  });
});

describe('explanationOf', () => {
  it('explains what puzzles people, and nothing else', () => {
    for (const role of ['passthrough', 'blackhole', 'waypoint', 'ztunnel'] as const) expect(explanationOf('workload', role)).toMatch(/\.$/);
    for (const kind of ['unknown', 'external', 'serviceEntry'] as const) expect(explanationOf(kind)).toMatch(/\.$/);
    expect(explanationOf('workload')).toBeUndefined();
    expect(explanationOf('workload', 'gateway')).toBeUndefined();
  });
});
