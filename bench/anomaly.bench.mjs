// How long does a scoring pass take, and what does what was learned weigh? A mesh of 20,000 edges and 2,000 workloads, all signals,
// patterns of attack included; two and a half days learned in steps of an hour, then windows of 30 s, one of them with an outage.
import { ClusterDetector } from '../services/anomaly/dist/domain/cluster-detector.js';
import { DEFAULT_CONFIG } from '../services/anomaly/dist/domain/config.js';
import { encode } from '../services/anomaly/dist/domain/snapshot.js';

const EDGES = Number(process.argv[2] ?? 20_000);
const WORKLOADS = Math.ceil(EDGES / 10);
const WINDOWS = 12;
const WARM = 4;
const AIM_MS = 1000;
const HOUR_MS = 3_600_000;
const LEARN_HOURS = 60;
const BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const KNOWLEDGE = { config: DEFAULT_CONFIG, factor: () => 1, isAllowed: () => false, wasDeployedLately: () => false };

let state = 42;
const chance = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
const ends = Array.from({ length: WORKLOADS }, (_, index) => ({
  kind: 'workload',
  cluster: 'east',
  namespace: `ns${index % 50}`,
  name: `w${index}`,
}));
const calls = Array.from({ length: EDGES }, (_, index) => ({
  source: ends[index % WORKLOADS],
  target: ends[(index * 7 + Math.floor(index / WORKLOADS) + 1) % WORKLOADS],
  rps: 1 + (index % 30),
}));
const idOf = ({ namespace, name }) => `workload~east~${namespace}~${name}`;

/** `broken`: a share of the workloads answers a third of its requests with errors. */
function windowAt(atMs, windowSec, broken = 0) {
  const readAt = new Date(atMs).toISOString();
  const edges = calls.map(({ source, target, rps }, index) => {
    const requests = rps * (0.9 + 0.2 * chance());
    const errors = requests * ((index * 7) % WORKLOADS < broken * WORKLOADS ? 0.33 : 0.001);
    return {
      id: `${idOf(source)}~~${idOf(target)}~~http~~x`,
      source,
      target,
      protocol: 'http',
      mesh: 'istio',
      responses: [
        { code: '200', flags: '-', requestsPerSecond: requests - errors, outcome: 'ok' },
        { code: '500', flags: '-', requestsPerSecond: errors, outcome: 'error' },
      ],
      requestsPerSecond: requests,
      errorsPerSecond: errors,
      clientErrorsPerSecond: 0,
      latencySumMsPerSecond: requests * 20,
      latencyCountPerSecond: requests,
      latency: { upperBoundsMs: BOUNDS, perSecond: [...BOUNDS.map(() => requests / 14), requests / 14], readAt },
      sentBytesPerSecond: requests * 500,
      receivedBytesPerSecond: requests * 2000,
      connectionsPerSecond: requests * 0.05,
      mutualTlsPerSecond: requests,
      plaintextPerSecond: 0,
      reporters: [],
    };
  });
  return { cluster: 'east', atMs, windowSec, edges };
}

const print = (text) => process.stdout.write(`${text}\n`);
const detector = new ClusterDetector();
let atMs = Date.parse('2026-03-02T00:00:00Z');
for (let hour = 0; hour < LEARN_HOURS; hour += 1) detector.learn(windowAt((atMs += HOUR_MS), 3600));
const times = [];
for (let index = 0; index < WARM + WINDOWS; index += 1) {
  const window = windowAt((atMs += 30_000), 30);
  const begin = performance.now();
  detector.observe(window, KNOWLEDGE);
  if (index >= WARM) times.push(performance.now() - begin);
}
const outage = windowAt((atMs += 30_000), 30, 0.2);
const begin = performance.now();
const { scores } = detector.observe(outage, KNOWLEDGE);
const outageMs = performance.now() - begin;
times.sort((a, b) => a - b);
const subjects = scores.length;
const { bytes } = detector.scorer.models;
const snapshotMs = performance.now();
const snapshot = encode(detector.save()).length;
print(`${EDGES} edges, ${subjects} subjects, ${subjects * 12} series`);
print(
  `pass, median of ${WINDOWS}: ${times[Math.floor(times.length / 2)].toFixed(0)} ms, worst ${times.at(-1).toFixed(0)} ms (aim ${AIM_MS} ms)`,
);
print(`pass while a fifth of the workloads fails: ${outageMs.toFixed(0)} ms`);
print(
  `models ${(bytes / 1e6).toFixed(1)} MB, ${(bytes / subjects / 12).toFixed(0)} bytes a series; snapshot ${(snapshot / 1e6).toFixed(1)} MB in ${(performance.now() - snapshotMs).toFixed(0)} ms`,
);
