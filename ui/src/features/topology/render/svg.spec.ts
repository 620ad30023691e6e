import { levelOfDetail, namespaceKey } from '../model/level-of-detail.js';
import { namespaceExtents, placeNodes } from '../model/placement.js';
import { buildScene } from '../model/scene.js';
import { edge, node, topology } from '../model/test-graph.js';
import { sceneSvg } from './svg.js';
import { mix, type Ink, type Palette } from './theme.js';

const ink: Ink = { fill: '#fff', line: '#888', text: '#111' };
const palette: Palette = {
  bg: '#eee',
  surface: '#fff',
  hull: '#ddd',
  hullLine: '#ccc',
  ink: '#000',
  ink2: '#333',
  ink3: '#666',
  accent: '#00f',
  encrypted: '#345',
  failing: '#f00',
  degraded: '#fa0',
  unknown: '#909',
  font: 'Inter',
  tones: new Proxy({}, { get: () => ink }) as Palette['tones'],
};

function svgOf(names: string[], open: boolean): string {
  const nodes = names.map((name, index) =>
    node(`shop/${name}`, { position: { x: index * 2, y: 0 }, health: { state: index === 1 ? 'failing' : 'degraded', reasons: [] } }),
  );
  const [first, second] = nodes;
  const graph = topology(nodes, first && second ? [edge(first, second, { errorRatio: 0.3, mtls: { ratio: 0.5 } })] : []);
  const places = placeNodes(graph.nodes, graph.edges, new Map());
  const keys = new Set(open ? graph.nodes.map(namespaceKey) : []);
  const scene = buildScene(levelOfDetail(graph, { open: keys }), {
    zoom: 1,
    windowSec: 300,
    labels: 'rate',
    locks: true,
    places,
    extents: namespaceExtents(graph.nodes, places),
    open: keys,
    grouped: true,
  });
  return sceneSvg(scene, palette, 'A <map>');
}

/** Every element that is opened is closed, in order. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, attributes = ''] of xml.matchAll(/<(\/?)([a-z]+)([^>]*)>/gu)) {
    if (closing) {
      if (open.pop() !== name) return false;
    } else if (!attributes.endsWith('/')) open.push(name ?? '');
  }
  return open.length === 0;
}

describe('sceneSvg', () => {
  it('is well formed, and escapes what people named', () => {
    const svg = svgOf(['<script>&"', 'pay'], true);
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    expect(svg).toContain('<title>A &lt;map&gt;</title>');
  });
  it('has names, hulls, marks, dashes and error labels', () => {
    const svg = svgOf(['cart', 'pay'], true);
    for (const part of ['>cart<', '>pay<', '>shop<', '<title>failing</title>', '<title>degraded</title>', 'stroke-dasharray="7 4"', '30'])
      expect(svg).toContain(part);
    expect(svg).not.toMatch(/NaN|undefined/);
  });
  it('draws closed namespaces as cards', () => expect(svgOf(['cart', 'pay', 'web'], false)).toContain('>shop<'));
});

describe('mix', () => {
  it.each([
    ['#000000', '#ffffff', 0.5, '#808080'],
    ['#102030', '#102030', 0.3, '#102030'],
    ['red', '#ffffff', 0.5, 'red'],
  ])('%s and %s', (from, to, share, expected) => expect(mix(from, to, share)).toBe(expected));
});
