/**
 * The graph for other programs: JSON as REST has it, GraphML, DOT, and CSV with one line an edge.
 * Names come from telemetry and may be anybody's text. Invariant: none of it can leave the place where it is quoted,
 * nor be taken for a formula by a spreadsheet.
 */
import type { ExportFormat, Topology, TopologyEdge, TopologyExportReply, TopologyNode } from '@observatory/contracts';

type Cell = string | number | null | undefined;

const nodeCells = (node: TopologyNode): Readonly<Record<string, Cell>> => ({
  kind: node.kind,
  cluster: node.cluster,
  namespace: node.namespace,
  name: node.name,
  app: node.app,
  version: node.version,
  mesh: node.mesh,
  role: node.role,
  health: node.health.state,
  inRequestsPerSecond: node.in.requestsPerSecond,
  inErrorRatio: node.in.errorRatio,
  outRequestsPerSecond: node.out.requestsPerSecond,
});

const edgeCells = (edge: TopologyEdge): Readonly<Record<string, Cell>> => ({
  protocol: edge.protocol,
  destinationService: edge.destinationService?.host,
  requestsPerSecond: edge.requestsPerSecond,
  errorRatio: edge.errorRatio,
  clientErrorRatio: edge.clientErrorRatio,
  latencyMsMean: edge.latencyMs?.mean,
  latencyMsP50: edge.latencyMs?.p50,
  latencyMsP95: edge.latencyMs?.p95,
  latencyMsP99: edge.latencyMs?.p99,
  sentBytesPerSecond: edge.sentBytesPerSecond,
  receivedBytesPerSecond: edge.receivedBytesPerSecond,
  connectionsPerSecond: edge.connectionsPerSecond,
  mtlsRatio: edge.mtls.ratio,
});

const NUMBERS = /(?:PerSecond|Ratio|Ms[A-Z]\w*)$/;
const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Characters that XML 1.0 cannot carry at all become question marks. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => XML[char]!).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?');
}

const data = (prefix: string, cells: Readonly<Record<string, Cell>>): string =>
  Object.entries(cells)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `<data key="${prefix}_${name}">${escapeXml(String(value))}</data>`)
    .join('');

function keys(prefix: 'node' | 'edge', names: readonly string[]): string[] {
  return names.map(
    (name) => `  <key id="${prefix}_${name}" for="${prefix}" attr.name="${name}" attr.type="${NUMBERS.test(name) ? 'double' : 'string'}"/>`,
  );
}

const NODE_NAMES = [
  'kind',
  'cluster',
  'namespace',
  'name',
  'app',
  'version',
  'mesh',
  'role',
  'health',
  'inRequestsPerSecond',
  'inErrorRatio',
  'outRequestsPerSecond',
];
const EDGE_NAMES = [
  'protocol',
  'destinationService',
  'requestsPerSecond',
  'errorRatio',
  'clientErrorRatio',
  'latencyMsMean',
  'latencyMsP50',
  'latencyMsP95',
  'latencyMsP99',
  'sentBytesPerSecond',
  'receivedBytesPerSecond',
  'connectionsPerSecond',
  'mtlsRatio',
];

function graphml({ nodes, edges }: Topology): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys('node', NODE_NAMES),
    ...keys('edge', EDGE_NAMES),
    '  <graph id="mesh" edgedefault="directed">',
    ...nodes.map((node) => `    <node id="${escapeXml(node.id)}">${data('node', nodeCells(node))}</node>`),
    ...edges.map(
      (edge) =>
        `    <edge id="${escapeXml(edge.id)}" source="${escapeXml(edge.source)}" target="${escapeXml(edge.target)}">${data('edge', edgeCells(edge))}</edge>`,
    ),
    '  </graph>',
    '</graphml>',
    '',
  ].join('\n');
}

const CONTROL_CHARACTERS = /\p{Cc}/gu;

/** A quoted string of DOT: a backslash before a quote would end it, and \N and the like would be replaced. */
export function quoteDot(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(CONTROL_CHARACTERS, ' ')}"`;
}

const DOT_COLOURS: Readonly<Record<string, string>> = {
  failing: 'red',
  degraded: 'orange',
  idle: 'gray',
  unknown: 'gray',
  healthy: 'black',
};

function dot({ nodes, edges }: Topology): string {
  const label = ({ namespace, name, version }: TopologyNode) =>
    `${namespace === '' ? '' : `${namespace}/`}${name}${version === undefined ? '' : ` ${version}`}`;
  const traffic = ({ protocol, requestsPerSecond, sentBytesPerSecond, receivedBytesPerSecond }: TopologyEdge) =>
    protocol === 'tcp'
      ? `tcp ${Number((sentBytesPerSecond + receivedBytesPerSecond).toPrecision(3))} B/s`
      : `${protocol} ${Number(requestsPerSecond.toPrecision(3))}/s`;
  return [
    'digraph mesh {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...nodes.map((node) => `  ${quoteDot(node.id)} [label=${quoteDot(label(node))}, color=${DOT_COLOURS[node.health.state]}];`),
    ...edges.map(
      (edge) =>
        `  ${quoteDot(edge.source)} -> ${quoteDot(edge.target)} [label=${quoteDot(traffic(edge))}${(edge.errorRatio ?? 0) >= 0.01 ? ', color=red' : ''}];`,
    ),
    '}',
    '',
  ].join('\n');
}

/** RFC 4180; a text that a spreadsheet would calculate gets an apostrophe before it. */
export function csvCell(value: Cell): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv({ nodes, edges }: Topology): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ends = (prefix: string, id: string): [string, Cell][] => {
    const node = byId.get(id);
    return [
      [`${prefix}Kind`, node?.kind],
      [`${prefix}Cluster`, node?.cluster],
      [`${prefix}Namespace`, node?.namespace],
      [`${prefix}Name`, node?.name],
      [`${prefix}Version`, node?.version],
    ];
  };
  const header = [...ends('source', ''), ...ends('target', '')].map(([name]) => name).concat(EDGE_NAMES);
  const rows = edges.map((edge) => {
    const cells = edgeCells(edge);
    return [...ends('source', edge.source), ...ends('target', edge.target)]
      .map(([, value]) => value)
      .concat(EDGE_NAMES.map((name) => cells[name]));
  });
  return [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

const FORMATS: Readonly<Record<ExportFormat, readonly [string, string, (topology: Topology) => string]>> = {
  json: ['application/json', 'json', (topology) => JSON.stringify(topology)],
  graphml: ['application/graphml+xml', 'graphml', graphml],
  dot: ['text/vnd.graphviz', 'dot', dot],
  csv: ['text/csv; charset=utf-8', 'csv', csv],
};

export function exportGraph(topology: Topology, format: ExportFormat): TopologyExportReply {
  const [contentType, extension, write] = FORMATS[format];
  const at = topology.at.replace(/[^0-9TZ]/g, '');
  return { contentType, fileName: `mesh-${topology.graph}-${at}.${extension}`, text: write(topology) };
}
