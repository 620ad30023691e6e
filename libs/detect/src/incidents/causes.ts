/**
 * Which node is the likely cause of an incident? "Explained away" on edge-level evidence (anomaly research §2.4: the largest single
 * gain): latency and failures of a call speak against the callee and are explained by what the callee itself calls; more traffic
 * speaks against the caller and is explained by what reaches the caller; a pattern of attack speaks against its source, and the
 * failures that it meets are its own doing. Score = own / (1 + what explains it), over the largest possible strength.
 * Invariant: every node that evidence speaks against is ranked once; 0 ≤ score ≤ 1.
 */
import type { Anomaly, AnomalyType, IncidentCause } from '@observatory/contracts';
import type { IncidentGraph } from './call-graph.js';

/** -log10 of a probability; beyond it nothing is surer. */
const STRENGTH_MAX = 12;
/** A drop of traffic says little of where it comes from. */
const DROP_WEIGHT = 0.4;
/** Who attacks is the cause, and not who is attacked. */
const ATTACK_WEIGHT = 1.5;
const EVIDENCE_MAX = 6;

const BY_CALLEE = new Set<AnomalyType>(['errors', 'client-errors', 'latency', 'denied-requests']);
const ATTACKS = new Set<AnomalyType>(['exfiltration', 'lateral-movement', 'brute-force', 'credential-spraying', 'scanning', 'beaconing']);
/** What an attack does to those whom it meets. */
const MET = new Set<AnomalyType>(['errors', 'client-errors', 'denied-requests', 'traffic-spike', 'connections', 'bytes', 'latency']);

type Strengths = Map<string, number>;
type Seen = Omit<Anomaly, 'incidentId'>;
interface Evidence {
  /** By node, of what is blamed on the callee, and by edge. */
  readonly callee: Strengths;
  readonly load: Strengths;
  /** Load on calls into a node, and out of it. */
  readonly loadInto: Strengths;
  readonly attack: Strengths;
  readonly attackInto: Strengths;
  readonly words: Map<string, string[]>;
}

/** How much an anomaly says: the rarity of its strongest reason, or its score where there is no probability. */
export function strengthOf({ evidence, peakScore }: Pick<Anomaly, 'evidence' | 'peakScore'>): number {
  const rarest = Math.max(
    0,
    ...evidence.map(({ probability }) => (probability === null ? 0 : probability <= 0 ? STRENGTH_MAX : -Math.log10(probability))),
  );
  return Math.min(STRENGTH_MAX, rarest > 0 ? rarest : 6 * peakScore);
}

const raise = (map: Strengths, key: string, value: number): void => void map.set(key, Math.max(map.get(key) ?? 0, value));

function collect(anomalies: CauseInput['anomalies'], graph: IncidentGraph): Evidence {
  const found: Evidence = {
    callee: new Map(),
    load: new Map(),
    loadInto: new Map(),
    attack: new Map(),
    attackInto: new Map(),
    words: new Map(),
  };
  const attackEdges = new Set<string>();
  for (const anomaly of anomalies) if (ATTACKS.has(anomaly.type)) collectAttack(found, anomaly, { attackEdges, graph });
  for (const anomaly of anomalies) if (!ATTACKS.has(anomaly.type)) collectBehaviour(found, anomaly, attackEdges);
  return found;
}

function say(found: Evidence, node: string, { title, evidence }: Seen): void {
  const words = found.words.get(node) ?? [];
  const [first] = evidence;
  if (words.length < EVIDENCE_MAX) words.push(first ? `${title}: ${first.words}` : title);
  found.words.set(node, words);
}

function collectAttack(found: Evidence, anomaly: Seen, { attackEdges, graph }: { attackEdges: Set<string>; graph: IncidentGraph }): void {
  const { subject } = anomaly;
  const strength = strengthOf(anomaly);
  raise(found.attack, subject.source ?? subject.id, strength);
  say(found, subject.source ?? subject.id, anomaly);
  if (subject.kind === 'edge') attackEdges.add(subject.id);
  // A scanner meets everybody whom it calls.
  const met = subject.target === undefined ? graph.out(subject.id).map(({ target }) => target) : [subject.target];
  for (const node of met) raise(found.attackInto, node, strength);
}

function collectBehaviour(found: Evidence, anomaly: Seen, attackEdges: ReadonlySet<string>): void {
  const { subject, type } = anomaly;
  if (attackEdges.has(subject.id)) return;
  const strength = strengthOf(anomaly) * (type === 'traffic-drop' ? DROP_WEIGHT : 1);
  const node = subject.target ?? subject.id;
  if (BY_CALLEE.has(type) || type === 'plaintext') {
    const attacker = subject.source !== undefined && found.attack.has(subject.source) && MET.has(type);
    raise(found.callee, node, attacker ? strength / (1 + STRENGTH_MAX) : strength);
    say(found, node, anomaly);
    return;
  }
  raise(found.loadInto, node, strength);
  if (subject.source !== undefined) {
    raise(found.load, subject.source, strength);
    say(found, subject.source, anomaly);
  } else {
    raise(found.load, node, strength * 0.9);
    say(found, node, anomaly);
  }
}

export interface CauseInput {
  readonly anomalies: readonly Omit<Anomaly, 'incidentId'>[];
  readonly graph: IncidentGraph;
  label(node: string): string;
}

/** Most probable first. */
export function incidentCauses({ anomalies, graph, label }: CauseInput): IncidentCause[] {
  const found = collect(anomalies, graph);
  const nodes = new Set([...found.callee.keys(), ...found.load.keys(), ...found.attack.keys()]);
  const of = (map: Strengths, key: string) => map.get(key) ?? 0;
  const totals = Array.from(nodes, (node) => {
    const callees = Math.max(0, ...graph.out(node).map(({ target }) => (target === node ? 0 : of(found.callee, target))));
    const met = of(found.attackInto, node);
    // Overload explains that a node is slow; an attack explains what it meets there.
    const own = of(found.callee, node) / (1 + callees + of(found.loadInto, node) + met);
    const load = of(found.load, node) / (1 + of(found.loadInto, node) + met + of(found.callee, node) / STRENGTH_MAX);
    const total = Math.max(own, load, ATTACK_WEIGHT * of(found.attack, node));
    return { node, label: label(node), score: Math.min(1, total / (STRENGTH_MAX * ATTACK_WEIGHT)), evidence: found.words.get(node) ?? [] };
  });
  return totals.sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1));
}
