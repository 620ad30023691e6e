/**
 * Is a request turned away for its token? Every RequestAuthentication that selects the workload adds its rules; a token that none of them
 * validates is refused, a missing one only where `presence: REQUIRED` asks for it. Source: istio/api security/v1
 * request_authentication.proto. Invariant: `jwt.claims` is a token that was validated, whatever the rules here say.
 */
import type { LayerDecision } from '@observatory/contracts';
import { selectPolicies } from '../decide/select.js';
import type { MeshSettings, Workload } from '../model/policy.js';
import { readTarget } from '../model/read-policy.js';
import type { Request } from '../model/request.js';
import { ofKind, type PolicyEntry, type PolicySet } from '../set/policy-set.js';

interface JwtRule {
  readonly issuer?: unknown;
  readonly presence?: unknown;
  readonly spaceDelimitedClaims?: unknown;
}

const rulesOf = ({ object }: PolicyEntry): JwtRule[] => {
  const { jwtRules } = (object.spec ?? {}) as { jwtRules?: unknown };
  return Array.isArray(jwtRules) ? jwtRules.filter((rule): rule is JwtRule => typeof rule === 'object' && rule !== null) : [];
};

export function requestAuthenticationsOf(set: PolicySet, workload: Workload, mesh: MeshSettings): PolicyEntry[] {
  const targeted = ofKind(set, 'RequestAuthentication').map((entry) => ({
    ...readTarget(entry.object.spec),
    namespace: entry.namespace,
    entry,
  }));
  return selectPolicies(targeted, workload, mesh).map(({ entry }) => entry);
}

/** Claims that hold lists separated by spaces, by the issuer whose tokens have them. */
export function spaceDelimitedClaims(policies: readonly PolicyEntry[]): Map<string, string[]> {
  const claims = new Map<string, string[]>();
  for (const { issuer, spaceDelimitedClaims: names } of policies.flatMap(rulesOf)) {
    if (typeof issuer !== 'string' || !Array.isArray(names)) continue;
    claims.set(issuer, [...(claims.get(issuer) ?? []), ...names.filter((name): name is string => typeof name === 'string')]);
  }
  return claims;
}

/** undefined where no RequestAuthentication selects the workload: nothing looks at tokens there. */
export function requestAuthentication(policies: readonly PolicyEntry[], request: Request): LayerDecision | undefined {
  const [first] = policies;
  if (!first || request.protocol === 'tcp') return undefined;
  const layer = 'requestAuthentication';
  const by = ({ namespace, name }: PolicyEntry) => ({ kind: 'RequestAuthentication', namespace, name });
  const requiring = policies.find((entry) => rulesOf(entry).some(({ presence }) => presence === 'REQUIRED'));
  if ((request.unknown ?? []).includes('jwt'))
    return {
      layer,
      decision: 'INDETERMINATE',
      decidedBy: by(requiring ?? first),
      reason: 'whether the request has a valid token is not known',
      missing: ['jwt'],
    };
  if (request.jwt?.invalid)
    return { layer, decision: 'DENY', decidedBy: by(first), reason: `\`${first.name}\` refuses a token that is not valid (401)` };
  if (!request.jwt && requiring)
    return {
      layer,
      decision: 'DENY',
      decidedBy: by(requiring),
      reason: `\`${requiring.name}\` asks for a token, and the request has none (401)`,
    };
  const reason = request.jwt ? 'the token was validated' : `\`${first.name}\` lets requests without a token pass`;
  return { layer, decision: 'ALLOW', decidedBy: by(first), reason };
}
