/**
 * Is a workload flooded? Far more requests than usual, and it shows: the proxies shed or refuse a share, or the mix of callers changes
 * at once, by the entropy of their shares, H = -Σ p log2 p (anomaly research §4). Invariant: load alone is no attack.
 */
import { amountOf } from './evidence.js';
import { nameOf, TECHNIQUES, type Flow, type SecurityFinding } from './flow.js';

const FACTOR_LEAST = 3;
const SHED_LEAST = 0.05;
const REQUESTS_LEAST = 5;

export interface LoadBaseline {
  readonly expectedPerSecond: number;
  readonly rarity: number;
}

interface Received {
  readonly flows: Flow[];
  requests: number;
  shed: number;
}

export function callerEntropy(rates: readonly number[]): number {
  const sum = rates.reduce((total, rate) => total + rate, 0);
  return sum <= 0 ? 0 : -rates.reduce((total, rate) => (rate > 0 ? total + (rate / sum) * Math.log2(rate / sum) : total), 0);
}

export function floodFindings(flows: readonly Flow[], load: (nodeId: string) => LoadBaseline | undefined): SecurityFinding[] {
  const byTarget = new Map<string, Received>();
  for (const flow of flows) {
    let received = byTarget.get(flow.targetId);
    if (!received) byTarget.set(flow.targetId, (received = { flows: [], requests: 0, shed: 0 }));
    received.flows.push(flow);
    received.requests += flow.requests;
    received.shed += Math.max(flow.overloaded, flow.refused);
  }
  return [...byTarget].flatMap(([nodeId, received]) => {
    const shed = received.requests > 0 ? Math.min(1, received.shed / received.requests) : 0;
    if (received.requests < REQUESTS_LEAST || shed < SHED_LEAST) return [];
    const baseline = load(nodeId);
    if (!baseline || received.requests < FACTOR_LEAST * Math.max(baseline.expectedPerSecond, 0.1)) return [];
    return flood(nodeId, received, { shed, baseline });
  });
}

function flood(
  nodeId: string,
  { flows, requests }: Received,
  { shed, baseline }: { shed: number; baseline: LoadBaseline },
): SecurityFinding[] {
  const heaviest = flows.reduce((most, flow) => (flow.requests > most.requests ? flow : most));
  const target = nameOf(heaviest.target);
  const factor = requests / Math.max(baseline.expectedPerSecond, 0.1);
  const rarity = baseline.rarity + 1;
  return [
    {
      type: 'denial-of-service',
      subjectId: nodeId,
      sourceId: heaviest.sourceId,
      targetId: nodeId,
      rarity,
      severity: 'critical',
      technique: TECHNIQUES.denialOfService,
      needed: 2,
      about: {
        target,
        heaviestCaller: nameOf(heaviest.source),
        callers: String(flows.length),
        callerEntropyBits: callerEntropy(flows.map((flow) => flow.requests)).toFixed(2),
      },
      evidence: [
        {
          ...amountOf('requests', requests, rarity, 'perSecond'),
          expected: baseline.expectedPerSecond,
          words: `${target} gets ${factor.toFixed(1)} times the usual requests, most from ${nameOf(heaviest.source)}, and ${Math.round(100 * shed)} % of them are shed or refused`,
        },
      ],
    },
  ];
}
