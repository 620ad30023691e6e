/**
 * Is an unknown caller really somebody else? Where metadata is not exchanged (plaintext TCP, proxies in between) the
 * destination reports `unknown` for requests that their source reported by name: the same requests twice.
 * The rule: what named callers with the same principal (or, as it has none, none) report to have sent there, and the
 * destination does not know under their names, is taken off the unknown caller; of the rest less than a tenth is noise.
 * Invariant: the receiving side's word on encryption goes to the caller whose requests it was about.
 */
import { DESTINATION, SOURCE } from './istio-ends.js';
import type { Pair, Pairs } from './pairs.js';

const NOISE_SHARE = 0.1;
/** Below this share of the source's requests the destination is taken not to know the caller's name. */
const UNSEEN_SHARE = 0.1;

interface Weighed {
  readonly total: number;
  readonly unreached: number;
  readonly sourcePrincipal: string | undefined;
}

export interface Absorption<V> {
  /** Multiplies everything in a view. */
  scale(view: V, factor: number): void;
  /** Adds a share of what `unknown` says about encryption to `view`, and no traffic. */
  addEvidence(view: V, unknown: V, share: number): void;
  newView(): V;
}

const groupKey = ({ target, lane }: Pair<unknown>, principal: string | undefined) => `${target.index} ${lane} ${principal ?? ''}`;

/** What the source says has arrived, where the destination does not know it by name. */
function missedBy({ source, views }: Pair<Weighed>): number {
  const sent = views[SOURCE];
  if (sent === undefined || source.identity.kind === 'unknown') return 0;
  const arrived = sent.total - sent.unreached;
  return (views[DESTINATION]?.total ?? 0) < UNSEEN_SHARE * arrived ? arrived : 0;
}

export function absorbUnknownSources<V extends Weighed>(pairs: Pairs<V>, { scale, addEvidence, newView }: Absorption<V>): void {
  const unknown = [...pairs.values()].filter(({ source, views }) => source.identity.kind === 'unknown' && views[DESTINATION] !== undefined);
  if (unknown.length === 0) return;
  const callersOf = new Map(unknown.map((pair) => [groupKey(pair, pair.views[DESTINATION]!.sourcePrincipal), [] as Pair<V>[]]));
  for (const pair of pairs.values()) {
    if (missedBy(pair) > 0) callersOf.get(groupKey(pair, pair.views[SOURCE]!.sourcePrincipal))?.push(pair);
  }
  for (const pair of unknown) {
    const view = pair.views[DESTINATION]!;
    const callers = callersOf.get(groupKey(pair, view.sourcePrincipal))!;
    const arrived = callers.map(missedBy);
    const missed = arrived.reduce((sum, rate) => sum + rate, 0);
    if (missed === 0) continue;
    callers.forEach((caller, index) =>
      addEvidence((caller.views[DESTINATION] ??= newView()), view, arrived[index]! / Math.max(missed, view.total)),
    );
    const rest = 1 - missed / view.total;
    if (rest > NOISE_SHARE) scale(view, rest);
    else pair.views[DESTINATION] = undefined;
  }
}
