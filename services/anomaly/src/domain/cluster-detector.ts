/**
 * Everything that is known of one cluster, and what a window adds: scores, anomalies that begin, go on and end.
 * Pure: the same windows in the same order give the same answers, on every replica and after a restart.
 */
import { CallGraph, SecurityWatch } from '@observatory/detect';
import type { AnomalyType, SecurityType } from '@observatory/contracts';
import { windowFacts, type EdgeFacts, type Window, type WindowFacts } from './facts.js';
import type { Finding, SubjectScore } from './finding.js';
import { MeshScorer, type ScorerState } from './mesh-scorer.js';
import { Persistence, type Tracked, type Turn } from './persistence.js';
import { namedPatterns, securityFindings, type Knowledge } from './security-findings.js';

export interface Observation {
  readonly atMs: number;
  readonly scores: readonly SubjectScore[];
  readonly turn: Turn;
  readonly graph: CallGraph;
}
export interface DetectorState {
  readonly scorer: ScorerState;
  readonly security: ReturnType<SecurityWatch['save']>;
  readonly tracked: readonly Tracked[];
}

/** What is seen of how much goes on. */
const AMOUNTS: ReadonlySet<AnomalyType> = new Set([
  'traffic-spike',
  'traffic-drop',
  'bytes',
  'connections',
  'exfiltration',
  'denial-of-service',
]);

/** Found by a pattern, the same is not said again as a quantity of the same edge. */
const EXPLAINED_BY: Partial<Record<SecurityType, readonly string[]>> = { exfiltration: ['bytes', 'connections'] };

export class ClusterDetector {
  scorer = new MeshScorer();
  private security = new SecurityWatch();
  readonly persistence = new Persistence();

  /** What was before anybody watched, a step of history; steps come oldest first. */
  learn(window: Window): void {
    const facts = windowFacts(window);
    const at = { atMs: facts.atMs, spanSec: facts.windowSec };
    this.scorer.learn(facts);
    for (const edge of facts.edges) this.security.learn(edge, at);
  }

  /** Undefined for a window that is not newer than the last. */
  observe(window: Window, knowledge: Knowledge): Observation | undefined {
    const facts = windowFacts(window);
    if (facts.atMs <= this.scorer.atMs) return undefined;
    this.scorer.meet(facts);
    const patterns = securityFindings(this.security, this.scorer, { window: facts, knowledge });
    const pass = this.scorer.observe(facts, knowledge);
    if (!pass) return undefined;
    const findings = withPatterns(namedPatterns(pass.findings, knowledge), patterns);
    return {
      atMs: facts.atMs,
      scores: raised(pass.scores, patterns),
      turn: this.persistence.advance(facts.atMs, findings, {
        config: knowledge.config,
        isUnknown: (type) => facts.ratesAreLow && AMOUNTS.has(type),
      }),
      graph: graphOf(facts),
    };
  }

  /** History that was learned elsewhere, under what goes on here. */
  adopt(learned: ClusterDetector): void {
    this.scorer = learned.scorer;
    this.security = learned.security;
  }

  save(): DetectorState {
    return { scorer: this.scorer.save(), security: this.security.save(), tracked: this.persistence.save() };
  }

  static restore(state: DetectorState): ClusterDetector {
    const detector = new ClusterDetector();
    detector.scorer = MeshScorer.restore(state.scorer);
    detector.security.restore(state.security);
    detector.persistence.restore(state.tracked);
    return detector;
  }
}

function withPatterns(findings: readonly Finding[], patterns: readonly Finding[]): Finding[] {
  const explained = new Set(
    patterns.flatMap(({ type, subject }) => (EXPLAINED_BY[type as SecurityType] ?? []).map((other) => `${other} ${subject.id}`)),
  );
  return [...findings.filter(({ type, subject }) => !explained.has(`${type} ${subject.id}`)), ...patterns];
}

/** A pattern counts for the score of its subject; what it says comes first. */
function raised(scores: readonly SubjectScore[], patterns: readonly Finding[]): SubjectScore[] {
  const best = new Map<string, Finding>();
  for (const finding of patterns) if (finding.score > (best.get(finding.subject.id)?.score ?? 0)) best.set(finding.subject.id, finding);
  return scores.map((score) => {
    const finding = best.get(score.subject.id);
    if (!finding || finding.score <= (score.score ?? 0)) return score;
    return { ...score, score: finding.score, type: finding.type, signal: finding.evidence[0]?.signal ?? 'requests' };
  });
}

const rateOf = ({ requests, connections }: EdgeFacts): number => (requests > 0 ? requests : connections);
function graphOf({ edges }: WindowFacts): CallGraph {
  return new CallGraph(
    edges.map((edge) => ({ id: edge.id, source: edge.sourceId, target: edge.targetId, requestsPerSecond: rateOf(edge) })),
  );
}
