/**
 * Does a workload accept plain text, at a port? The narrowest PeerAuthentication decides: the workload's own, its namespace's, the
 * mesh's; UNSET leaves it to the next one. Source: istio/api security/v1 peer_authentication.proto, pilot/pkg/security/authn.
 * Invariant: of several at one level the one that was created first counts; here that is the first of the set.
 */
import type { LayerDecision } from '@observatory/contracts';
import { unknownFacts } from '../decide/unknown-facts.js';
import type { Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { ofKind, type PolicyEntry, type PolicySet } from '../set/policy-set.js';
import { isSelected } from '../set/selects.js';

export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';
interface Spec {
  selector?: { matchLabels?: Record<string, string> };
  mtls?: { mode?: string };
  portLevelMtls?: Record<string, { mode?: string }>;
}
export interface Mtls {
  readonly mode: MtlsMode;
  /** Undefined: Istio's default. */
  readonly by?: PolicyEntry;
}

const DEFAULT: Mtls = { mode: 'PERMISSIVE' };
const specOf = ({ object }: PolicyEntry): Spec => (object.spec ?? {}) as Spec;
const selectorOf = (entry: PolicyEntry): Record<string, string> => specOf(entry).selector?.matchLabels ?? {};
const hasSelector = (entry: PolicyEntry): boolean => Object.keys(selectorOf(entry)).length > 0;

/** The policies that have a say, narrowest first. */
export function peerPoliciesOf(set: PolicySet, workload: Pick<Workload, 'namespace' | 'labels'>, rootNamespace: string): PolicyEntry[] {
  const all = ofKind(set, 'PeerAuthentication');
  const own = all.filter(({ namespace }) => namespace === workload.namespace);
  return [
    workload.namespace === rootNamespace
      ? undefined
      : own.find((entry) => hasSelector(entry) && isSelected(selectorOf(entry), workload.labels)),
    own.find((entry) => !hasSelector(entry)),
    all.find((entry) => entry.namespace === rootNamespace && !hasSelector(entry)),
  ].filter((entry) => entry !== undefined);
}

export function mtlsOf(policies: readonly PolicyEntry[], port?: number): Mtls {
  const [narrowest] = policies;
  if (narrowest && hasSelector(narrowest) && port !== undefined) {
    const mode = modeOf(specOf(narrowest).portLevelMtls?.[String(port)]);
    if (mode) return { mode, by: narrowest };
  }
  for (const entry of policies) {
    const mode = modeOf(specOf(entry).mtls);
    if (mode) return { mode, by: entry };
  }
  return DEFAULT;
}

/** Ports that differ from the workload's own mode. */
export function portsApart(policies: readonly PolicyEntry[]): string[] {
  const [narrowest] = policies;
  return narrowest && hasSelector(narrowest) ? Object.keys(specOf(narrowest).portLevelMtls ?? {}) : [];
}

function modeOf(mtls: { mode?: string } | undefined): MtlsMode | undefined {
  const mode = mtls?.mode;
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : undefined;
}

/** The layer: what the mode says of the caller's connection. */
export function peerAuthentication(policies: readonly PolicyEntry[], request: Request): LayerDecision {
  const { mode, by } = mtlsOf(policies, request.port);
  const layer = 'peerAuthentication';
  const decidedBy = by ? { kind: 'PeerAuthentication', namespace: by.namespace, name: by.name } : undefined;
  const source = decidedBy ? { decidedBy } : {};
  const named = by ? `\`${by.name}\`` : 'the default';
  if (mode !== 'STRICT') return { layer, decision: 'ALLOW', ...source, reason: `${named} lets plain text in (${mode})` };
  if (unknownFacts(request.unknown ?? []).some(({ fact }) => fact === 'principal')) {
    const reason = `${named} is STRICT, and whether the caller uses mutual TLS is not known`;
    return { layer, decision: 'INDETERMINATE', ...source, reason, missing: ['source.principal'] };
  }
  if (request.source?.principal === undefined)
    return { layer, decision: 'DENY', ...source, reason: `${named} is STRICT, and the caller sends plain text` };
  return { layer, decision: 'ALLOW', ...source, reason: `${named} is STRICT, and the caller uses mutual TLS` };
}
