// A graph of any size in the form of the REST API, with the places that the topology service would give it.
import { edgeId, nodeId } from '../../libs/contracts/dist/index.js';
import { layoutFromScratch } from '../../services/topology/dist/domain/layout/layout.js';

const WORKLOADS_PER_NAMESPACE = 40;
/** Shares of edges that stay within their namespace, that fail, that are not all encrypted. */
const WITHIN = 0.7;
const FAILING = 0.004;
const PARTLY_ENCRYPTED = 0.03;
const AREAS = ['orders', 'billing', 'catalog', 'media', 'search', 'identity', 'fraud', 'ledger', 'shipping', 'support'];
const PARTS = ['api', 'worker', 'store', 'index', 'cache', 'gateway', 'sync', 'events', 'report', 'audit'];

/** Numerical Recipes' linear congruential generator: the same mesh every time. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function nodesOf(workloads) {
  return Array.from({ length: workloads }, (_, index) => {
    const area = Math.floor(index / WORKLOADS_PER_NAMESPACE);
    const part = index % WORKLOADS_PER_NAMESPACE;
    const namespace = `${AREAS[area % AREAS.length]}-${1 + Math.floor(area / AREAS.length)}`;
    const name = `${AREAS[area % AREAS.length]}-${PARTS[part % PARTS.length]}-${1 + Math.floor(part / PARTS.length)}`;
    return {
      id: nodeId('workload', 'bench', namespace, name),
      kind: 'workload',
      cluster: 'bench',
      namespace,
      name,
      mesh: 'istio',
      services: [name],
    };
  });
}

function edgeOf(source, target, random) {
  const requestsPerSecond = 10 ** (random() * 3 - 1);
  const errorRatio = random() < FAILING ? random() * 0.2 : 0;
  const mean = 2 + random() * 80;
  const ok = { code: '200', flags: '-', requestsPerSecond: requestsPerSecond * (1 - errorRatio) };
  const failed = errorRatio > 0 ? [{ code: '503', flags: 'UF', requestsPerSecond: requestsPerSecond * errorRatio }] : [];
  return {
    id: edgeId(source.id, target.id, 'http'),
    source: source.id,
    target: target.id,
    protocol: 'http',
    requestsPerSecond,
    errorRatio,
    clientErrorRatio: 0,
    responses: [ok, ...failed],
    latencyMs: { mean, p50: mean * 0.8, p95: mean * 3, p99: mean * 5 },
    sentBytesPerSecond: requestsPerSecond * 600,
    receivedBytesPerSecond: requestsPerSecond * 2400,
    mtls: { ratio: random() < PARTLY_ENCRYPTED ? random() : 1 },
    reporters: ['source', 'destination'],
  };
}

function withFigures(nodes, edges, positions) {
  const sums = new Map(nodes.map(({ id }) => [id, { in: [0, 0, 0], out: [0, 0, 0] }]));
  for (const { source, target, requestsPerSecond, errorRatio, sentBytesPerSecond } of edges) {
    for (const totals of [sums.get(source).out, sums.get(target).in]) {
      totals[0] += requestsPerSecond;
      totals[1] += requestsPerSecond * errorRatio;
      totals[2] += sentBytesPerSecond;
    }
  }
  const rates = ([requests, failed, bytes]) => ({
    requestsPerSecond: requests,
    errorRatio: requests > 0 ? failed / requests : null,
    bytesPerSecond: bytes,
  });
  return nodes.map((node) => {
    const { in: received, out } = sums.get(node.id);
    const share = received[0] > 0 ? received[1] / received[0] : 0;
    const state = share > 0.05 ? 'failing' : share > 0.02 ? 'degraded' : 'healthy';
    const idle = received[0] + out[0] === 0;
    return {
      ...node,
      idle,
      health: { state: idle ? 'idle' : state, reasons: share > 0.02 ? [`${(share * 100).toFixed(1)} % of requests fail`] : [] },
      in: rates(received),
      out: rates(out),
      position: positions.get(node.id),
    };
  });
}

/** `at` is RFC 3339. Edges are distinct and mostly within their namespace, from lower to higher numbers, as in a layered mesh. */
export function syntheticTopology({ workloads, edges: wanted, at, seed = 7 }) {
  const random = generator(seed);
  const bare = nodesOf(workloads);
  const edges = new Map();
  while (edges.size < wanted) {
    const from = Math.floor(random() * workloads);
    const first = from - (from % WORKLOADS_PER_NAMESPACE);
    const to = random() < WITHIN ? first + Math.floor(random() * WORKLOADS_PER_NAMESPACE) : Math.floor(random() * workloads);
    if (to === from || to >= workloads || (random() < 0.8 && to < from)) continue;
    const edge = edgeOf(bare[from], bare[to], random);
    edges.set(edge.id, edge);
  }
  const list = [...edges.values()];
  const blocks = bare.map(({ id, cluster, namespace }) => ({ id, block: `${cluster}/${namespace}` }));
  const positions = layoutFromScratch(
    blocks,
    list.map(({ source, target, requestsPerSecond }) => ({ source, target, weight: 1 + Math.log10(1 + requestsPerSecond) })),
  );
  const places = new Map(Array.from(positions, ([id, { x, y }]) => [id, { x, y }]));
  const sources = [{ name: 'prometheus', cluster: 'bench', freshAt: at, state: 'fresh' }];
  return { generatedAt: at, at, windowSec: 300, graph: 'workload', sources, nodes: withFigures(bare, list, places), edges: list };
}
