/** Patterns of attack as findings of a window: what is known of normal goes in, what is allowed stays out, brute force gets its technique. */
import { ALERT_SCORE, SecurityWatch, TECHNIQUES, valueOf, type SecurityFinding } from '@observatory/detect';
import type { AnomalyType, DetectionConfig } from '@observatory/contracts';
import type { Pattern } from './decisions-in-force.js';
import type { EdgeFacts, NodeFacts, WindowFacts } from './facts.js';
import type { Finding } from './finding.js';
import { scoreOfOne, SHOWN_FROM } from './judge-subject.js';
import type { MeshScorer } from './mesh-scorer.js';
import { QUANTITIES, REQUESTS, SENT } from './signals.js';

export interface Knowledge {
  readonly config: DetectionConfig;
  factor(subjectId: string, type: AnomalyType): number;
  isAllowed(pattern: Pattern): boolean;
  wasDeployedLately(nodeId: string): boolean;
}

/** Wrong credentials at one target from so many callers at once are spread on purpose. */
const SPRAYING_FROM = 3;

export function securityFindings(
  watch: SecurityWatch,
  scorer: MeshScorer,
  { window, knowledge }: { window: WindowFacts; knowledge: Knowledge },
): Finding[] {
  const { atMs, windowSec } = window;
  const nodes = new Map(window.nodes.map((node) => [node.id, node]));
  const found = watch.observe(window.edges, {
    atMs,
    windowSec,
    firstSeenMs: (nodeId) => scorer.subjects.get(nodeId)?.firstSeenMs,
    wasDeployedLately: (nodeId) => knowledge.wasDeployedLately(nodeId),
    sent: (flow) => sentBaseline(scorer, flow as EdgeFacts, window),
    load: (nodeId) => loadBaseline(scorer, nodes.get(nodeId), window),
  });
  return found.flatMap((finding) => findingOf(scorer, finding, knowledge) ?? []);
}

function findingOf(scorer: MeshScorer, found: SecurityFinding, { config, factor, isAllowed }: Knowledge): Finding | undefined {
  const subject = scorer.subjects.get(found.subjectId);
  if (!subject || !config.types.includes(found.type) || isAllowed(found)) return undefined;
  const score = scoreOfOne(found.rarity * factor(found.subjectId, found.type), config.budget);
  if (score < SHOWN_FROM) return undefined;
  const { type, technique, about, needed, severity } = found;
  const evidence = found.evidence.map((one) => ({ ...one, score }));
  return {
    subject,
    type,
    score,
    severity: score >= ALERT_SCORE ? severity : 'info',
    evidence,
    technique,
    about,
    needed,
    requestsPerSecond: null,
  };
}

function sentBaseline({ subjects, models }: MeshScorer, flow: EdgeFacts, { atMs, windowSec }: WindowFacts) {
  const place = subjects.get(flow.id)?.place;
  if (place === undefined) return undefined;
  const seen = { traffic: flow, usualRate: models.usualRate(place, atMs), atMs, spanSec: windowSec };
  const rarity = models.judge(place, SENT, seen);
  if (Number.isNaN(rarity)) return undefined;
  const { expected, higher } = models.series.verdict;
  return {
    expectedPerSecond: valueOf(QUANTITIES[SENT]!, expected),
    z: models.distance(place, SENT, seen),
    rarity: higher ? rarity : 0,
  };
}

function loadBaseline({ subjects, models }: MeshScorer, node: NodeFacts | undefined, { atMs, windowSec }: WindowFacts) {
  const place = node && subjects.get(node.id)?.place;
  if (!node || place === undefined) return undefined;
  const usualRate = models.usualRate(place, atMs);
  const rarity = models.judge(place, REQUESTS, { traffic: node, usualRate, atMs, spanSec: windowSec });
  if (Number.isNaN(rarity)) return undefined;
  return { expectedPerSecond: usualRate, rarity: models.series.verdict.higher ? rarity : 0 };
}

/** What the counts found of credentials and denials is a pattern too: its technique, its ends, and whether it is spread over callers. */
export function namedPatterns(findings: readonly Finding[], knowledge: Pick<Knowledge, 'isAllowed' | 'config'>): Finding[] {
  const guessing = new Map<string, Set<string>>();
  for (const { type, subject, score } of findings) {
    if (type !== 'brute-force' || subject.sourceId === undefined || score < ALERT_SCORE) continue;
    guessing.set(subject.targetId, (guessing.get(subject.targetId) ?? new Set()).add(subject.sourceId));
  }
  return findings.flatMap((finding): Finding[] => {
    const { type, subject } = finding;
    if (type !== 'brute-force' && type !== 'denied-requests') return [finding];
    // The edges tell who; the node only repeats it, unless it is spread.
    const callers = guessing.get(subject.targetId)?.size ?? 0;
    if (type === 'brute-force' && subject.kind === 'node') {
      if (callers < SPRAYING_FROM || !knowledge.config.types.includes('credential-spraying')) return [];
      return [
        {
          ...finding,
          type: 'credential-spraying',
          technique: TECHNIQUES.spraying,
          severity: 'critical',
          about: { callers: String(callers) },
          needed: 2,
        },
      ];
    }
    if (subject.sourceId !== undefined && knowledge.isAllowed({ type, sourceId: subject.sourceId, targetId: subject.targetId })) return [];
    const technique = type === 'brute-force' ? TECHNIQUES.bruteForce : TECHNIQUES.lateral;
    return [{ ...finding, technique, ...(type === 'brute-force' ? { severity: 'critical' as const, needed: 2 } : {}) }];
  });
}
