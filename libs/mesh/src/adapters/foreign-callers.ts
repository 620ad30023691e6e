/**
 * Is an unknown caller known to another mesh? Where a workload of one mesh calls one of another, the caller's proxy
 * reports it by name and the server's as unknown: Istio's ingress to Linkerd, or a move from one mesh to the other.
 * The rule is that of unknown-sources.ts, between meshes: what named callers sent there by their own proxies' word
 * alone is taken off the server's unknown caller; of the rest less than a tenth is noise.
 * Invariant: the server's word on encryption goes to those callers; `reporters` stays that of the edge's own mesh.
 */
import { draftWeight, type EdgeDraft } from './drafts.js';

const NOISE_SHARE = 0.1;
const DESTINATION_BIT = 2;

const keyOf = ({ target, protocol }: EdgeDraft) => `${target.index} ${protocol}`;
/** Sidecars and ambient are one mesh: their own adapter has settled what happens between them. */
const meshOf = ({ mesh }: EdgeDraft) => (mesh === 'linkerd' ? 'linkerd' : 'istio');

/** Only the server told of this traffic, without a name. */
const isUnknownCaller = ({ source, reporters }: EdgeDraft) => source.identity.kind === 'unknown' && reporters === DESTINATION_BIT;
const isUnseenByServer = ({ source, reporters }: EdgeDraft) => source.identity.kind !== 'unknown' && (reporters & DESTINATION_BIT) === 0;

function scaleDraft(draft: EdgeDraft, factor: number): void {
  for (const response of draft.responses) response.requestsPerSecond *= factor;
  for (const field of [
    'requests',
    'errors',
    'clientErrors',
    'latencySum',
    'latencyCount',
    'sent',
    'received',
    'mutualTls',
    'plaintext',
  ] as const) {
    draft[field] *= factor;
  }
  if (draft.connections !== undefined) draft.connections *= factor;
  if (draft.latency !== undefined) draft.latency = { ...draft.latency, perSecond: draft.latency.perSecond.map((rate) => rate * factor) };
}

function giveEvidence(caller: EdgeDraft, unknown: EdgeDraft): void {
  const seen = unknown.mutualTls + unknown.plaintext;
  if (seen === 0 || caller.mutualTls + caller.plaintext > 0) return;
  const units = caller.protocol === 'tcp' ? seen : caller.requests;
  caller.mutualTls = (units * unknown.mutualTls) / seen;
  caller.plaintext = (units * unknown.plaintext) / seen;
}

export function absorbForeignCallers(drafts: EdgeDraft[]): EdgeDraft[] {
  const unknown = drafts.filter(isUnknownCaller);
  if (unknown.length === 0) return drafts;
  const callers = new Map(unknown.map((draft) => [keyOf(draft), [] as EdgeDraft[]]));
  for (const draft of drafts) if (isUnseenByServer(draft)) callers.get(keyOf(draft))?.push(draft);
  const dropped = new Set<EdgeDraft>();
  for (const draft of unknown) {
    const foreign = callers.get(keyOf(draft))!.filter((caller) => meshOf(caller) !== meshOf(draft));
    if (foreign.length === 0) continue;
    for (const caller of foreign) giveEvidence(caller, draft);
    const rest = 1 - foreign.reduce((sum, caller) => sum + draftWeight(caller), 0) / draftWeight(draft);
    if (rest > NOISE_SHARE) scaleDraft(draft, rest);
    else dropped.add(draft);
  }
  return dropped.size === 0 ? drafts : drafts.filter((draft) => !dropped.has(draft));
}
