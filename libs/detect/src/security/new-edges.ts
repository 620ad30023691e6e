/**
 * Does a workload reach for what it never called? One new call is possible lateral movement, many are scanning.
 * Lateral: the Poisson tail of a first call, given how often this source has new ones. Scanning: threshold random walk over first
 * contacts (Jung, Paxson et al. 2004: a contact of a scanner succeeds with θ1 = 0.2, of others θ0 = 0.8; alarm beyond
 * β/α = 0.99 / 0.01), and the Poisson tail of the fan-out. Damped while the source itself was deployed lately.
 * Invariant: nothing is new in a mesh that was watched for less than a day.
 */
import { amountOf } from './evidence.js';
import type { EdgeMemories, EdgeMemory } from './edge-memory.js';
import { isOutside, nameOf, TECHNIQUES, type Flow, type SecurityFinding } from './flow.js';
import { poissonRarity } from './tails.js';

const DAY_MS = 86_400_000;
/** So long a call counts as one that was not there before. */
export const NEWS_FOR_MS = 15 * 60_000;
const FAN_OUT_MS = 5 * 60_000;
const SCAN_FROM = 4;
const FAILURE_STEP = Math.log10(0.8 / 0.2);
const ALARM = Math.log10(0.99 / 0.01);
/** A new version of a workload has new calls: half as surprising. */
const DEPLOYED_WEIGHT = 0.5;
/** A first call of fewer units is noise of a proxy or a test by hand. */
const LEAST_UNITS = 3;
const NAMED_MAX = 12;

export interface NewEdgeContext {
  readonly memories: EdgeMemories;
  readonly atMs: number;
  readonly windowSec: number;
  /** First window in which the node was seen as a source or target; undefined: not known. */
  firstSeenMs(nodeId: string): number | undefined;
  wasDeployedLately(nodeId: string): boolean;
}

interface Contact {
  readonly flow: Flow;
  readonly memory: EdgeMemory;
}

export function newEdgeFindings(flows: readonly Flow[], context: NewEdgeContext): SecurityFinding[] {
  if (context.memories.historySec < 86_400) return [];
  const bySource = new Map<string, Contact[]>();
  for (const flow of flows) {
    const memory = context.memories.get(flow.id);
    if (!memory || context.atMs - memory.firstMs > NEWS_FOR_MS) continue;
    if ((context.firstSeenMs(flow.sourceId) ?? context.atMs) > context.atMs - DAY_MS) continue;
    const contacts = bySource.get(flow.sourceId) ?? [];
    contacts.push({ flow, memory });
    bySource.set(flow.sourceId, contacts);
  }
  return [...bySource.values()].flatMap((contacts) => {
    const scan = scanning(contacts, context);
    return scan ? [scan] : contacts.flatMap((contact) => lateral(contact, context) ?? []);
  });
}

const unitsOf = ({ requests, connections }: Flow, windowSec: number): number => Math.max(requests, connections) * windowSec;
/** Undefined where the metrics of a connection do not tell. */
function failed({ requests, denied, notFound, refused, errors }: Flow): boolean | undefined {
  if (requests <= 0) return undefined;
  return denied + notFound + Math.max(refused, errors) > requests / 2;
}

function lateral({ flow, memory }: Contact, { memories, atMs, windowSec, wasDeployedLately }: NewEdgeContext): SecurityFinding | undefined {
  if (isOutside(flow.target) || flow.target.kind === 'unknown' || unitsOf(flow, windowSec) < LEAST_UNITS) return undefined;
  const perDay = memories.noveltyPerDay(flow.sourceId);
  const weight = wasDeployedLately(flow.sourceId) || wasDeployedLately(flow.targetId) ? DEPLOYED_WEIGHT : 1;
  const rarity = weight * poissonRarity(1, perDay * (windowSec / 86_400));
  const days = memories.historySec / 86_400;
  return {
    type: 'lateral-movement',
    subjectId: flow.id,
    sourceId: flow.sourceId,
    targetId: flow.targetId,
    rarity,
    severity: 'critical',
    technique: TECHNIQUES.lateral,
    needed: 2,
    about: { source: nameOf(flow.source), target: nameOf(flow.target), protocol: flow.protocol },
    evidence: [
      {
        ...amountOf('newCallees', 1, rarity),
        expected: perDay,
        words: `${nameOf(flow.source)} never called ${nameOf(flow.target)} in ${days.toFixed(1)} days of history; the first call came ${minutes(atMs - memory.firstMs)} ago`,
      },
    ],
  };
}

function scanning(contacts: readonly Contact[], { memories, atMs, wasDeployedLately }: NewEdgeContext): SecurityFinding | undefined {
  const [first] = contacts;
  if (!first || contacts.length < SCAN_FROM) return undefined;
  const outcomes = contacts.map(({ flow }) => failed(flow));
  const walk = outcomes.reduce<number>((sum, outcome) => sum + (outcome === undefined ? 0 : outcome ? FAILURE_STEP : -FAILURE_STEP), 0);
  const quick = contacts.filter(({ memory }) => atMs - memory.firstMs <= FAN_OUT_MS).length;
  const perDay = memories.noveltyPerDay(first.flow.sourceId);
  const weight = wasDeployedLately(first.flow.sourceId) ? DEPLOYED_WEIGHT : 1;
  const fanOut = weight * poissonRarity(Math.max(quick, SCAN_FROM), perDay * (NEWS_FOR_MS / DAY_MS));
  const failures = outcomes.filter((outcome) => outcome === true).length;
  // Either the contacts fail as a scanner's do, or there are far too many of them.
  if (walk < ALARM && quick < 2 * SCAN_FROM) return undefined;
  const source = nameOf(first.flow.source);
  const targets = contacts.map(({ flow }) => nameOf(flow.target));
  return {
    type: 'scanning',
    subjectId: first.flow.sourceId,
    sourceId: first.flow.sourceId,
    targetId: undefined,
    rarity: fanOut,
    severity: 'critical',
    technique: TECHNIQUES.scanning,
    needed: 2,
    about: { source, targets: targets.slice(0, NAMED_MAX).join(', '), destinations: String(targets.length), failures: String(failures) },
    evidence: [
      {
        ...amountOf('newCallees', contacts.length, fanOut),
        expected: perDay * (NEWS_FOR_MS / DAY_MS),
        words: `${source} called ${contacts.length} destinations for the first time within ${minutes(NEWS_FOR_MS)}; at ${failures} of them most calls failed`,
      },
    ],
  };
}

const minutes = (ms: number): string => (ms < 90_000 ? 'a minute' : `${Math.round(ms / 60_000)} minutes`);
