/**
 * Which node is the likely cause of an incident? Latency and failures of a call speak against the callee and are explained by what the
 * callee itself calls; more traffic speaks against the caller and is explained by what reaches the caller; a pattern of attack speaks
 * against its source, and the failures that it meets are its own doing. Score: what is not explained away, over the largest strength.
 * It ranks anomalies, which the service has judged already: each has a rarity and a kind, and none has its course any more, so that
 * rarities are compared. `rank/` ranks raw series instead, which have courses and amounts but no verdict. Both share `graph/`.
 * Invariant: every node that evidence speaks against is ranked once; 0 ≤ score ≤ 1. Of equals, those come first whose trouble goes on.
 */
import type { Anomaly, AnomalyType, IncidentCause } from '@observatory/contracts';
import { blamed, explainedAway } from '../graph/blame.js';
import type { CallGraph } from '../graph/call-graph.js';
import { isOver } from './is-over.js';

/** -log10 of a probability; beyond it nothing is surer. */
const STRENGTH_MAX = 12;
/** A drop of traffic says little of where it comes from. */
const DROP_WEIGHT = 0.4;
/** More traffic at a node, of whoever sends it, says a little less of the node than what it sends. */
const RECEIVED_WEIGHT = 0.9;
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
  /** Nodes against which something speaks that goes on. */
  readonly live: Set<string>;
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

function collect(anomalies: CauseInput['anomalies'], graph: CallGraph): Evidence {
  const found: Evidence = {
    callee: new Map(),
    load: new Map(),
    loadInto: new Map(),
    attack: new Map(),
    attackInto: new Map(),
    words: new Map(),
    live: new Set(),
  };
  const attackEdges = new Set<string>();
  for (const anomaly of anomalies) if (ATTACKS.has(anomaly.type)) collectAttack(found, anomaly, { attackEdges, graph });
  for (const anomaly of anomalies) if (!ATTACKS.has(anomaly.type)) collectBehaviour(found, anomaly, attackEdges);
  return found;
}

function say(found: Evidence, node: string, anomaly: Seen): void {
  const { title, evidence } = anomaly;
  if (!isOver(anomaly)) found.live.add(node);
  const words = found.words.get(node) ?? [];
  const [first] = evidence;
  if (words.length < EVIDENCE_MAX) words.push(first ? `${title}: ${first.words}` : title);
  found.words.set(node, words);
}

function collectAttack(found: Evidence, anomaly: Seen, { attackEdges, graph }: { attackEdges: Set<string>; graph: CallGraph }): void {
  const { subject } = anomaly;
  const strength = strengthOf(anomaly);
  const attacker = blamed(subject, 'caller');
  raise(found.attack, attacker, strength);
  say(found, attacker, anomaly);
  if (subject.kind === 'edge') attackEdges.add(subject.id);
  // A scanner meets everybody whom it calls.
  const met = subject.target === undefined ? graph.out(subject.id).map(({ target }) => target) : [subject.target];
  for (const node of met) raise(found.attackInto, node, strength);
}

function collectBehaviour(found: Evidence, anomaly: Seen, attackEdges: ReadonlySet<string>): void {
  const { subject, type } = anomaly;
  if (attackEdges.has(subject.id)) return;
  const strength = strengthOf(anomaly) * (type === 'traffic-drop' ? DROP_WEIGHT : 1);
  const node = blamed(subject, 'callee');
  if (BY_CALLEE.has(type) || type === 'plaintext') {
    const attacker = subject.source !== undefined && found.attack.has(subject.source) && MET.has(type);
    raise(found.callee, node, attacker ? explainedAway(strength, STRENGTH_MAX) : strength);
    say(found, node, anomaly);
    return;
  }
  raise(found.loadInto, node, strength);
  const sender = blamed(subject, 'caller');
  raise(found.load, sender, subject.source === undefined ? strength * RECEIVED_WEIGHT : strength);
  say(found, sender, anomaly);
}

export interface CauseInput {
  readonly anomalies: readonly Omit<Anomaly, 'incidentId'>[];
  readonly graph: CallGraph;
  label(node: string): string;
}

/** Most probable first. */
export function incidentCauses({ anomalies, graph, label }: CauseInput): IncidentCause[] {
  const found = collect(anomalies, graph);
  const nodes = new Set([...found.callee.keys(), ...found.load.keys(), ...found.attack.keys()]);
  const of = (map: Strengths, key: string) => map.get(key) ?? 0;
  const totals = Array.from(nodes, (node) => {
    const callees = Math.max(0, ...graph.callees(node).map((callee) => of(found.callee, callee)));
    const met = of(found.attackInto, node);
    // Overload explains that a node is slow; an attack explains what it meets there.
    const own = explainedAway(of(found.callee, node), callees + of(found.loadInto, node) + met);
    const load = explainedAway(of(found.load, node), of(found.loadInto, node) + met + of(found.callee, node) / STRENGTH_MAX);
    const total = Math.max(own, load, ATTACK_WEIGHT * of(found.attack, node));
    return { node, label: label(node), score: Math.min(1, total / (STRENGTH_MAX * ATTACK_WEIGHT)), evidence: found.words.get(node) ?? [] };
  });
  const isLive = ({ node }: IncidentCause) => Number(found.live.has(node));
  return totals.sort((a, b) => b.score - a.score || isLive(b) - isLive(a) || (a.node < b.node ? -1 : 1));
}
