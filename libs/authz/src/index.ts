export { readAuthorizationPolicy } from './model/read-policy.js';
export { DEFAULT_MESH, type AuthorizationPolicy, type MeshSettings, type Workload } from './model/policy.js';
export { type Json, type Request } from './model/request.js';
export { asRequest } from './model/read-case.js';
export { CompiledWorkload, type Outcome } from './decide/decide.js';
export { selectPolicies } from './decide/select.js';
export { decideWithUnknowns, type Verdict } from './decide/unknowns.js';
export { simulate, decideOne, type Decision, type SimulateInput } from './simulate.js';
export {
  authorizationOf,
  changedSet,
  entryOf,
  ofKind,
  policySet,
  refOf,
  refText,
  type PolicyEntry,
  type PolicyObject,
  type PolicySet,
} from './set/policy-set.js';
export { diagnosticsOf, readPolicies, type ReadPolicies } from './set/read-set.js';
export { selectsLabels } from './match/label-selector.js';
export { isSelected } from './set/selects.js';
export { mtlsOf, peerPoliciesOf, portsApart, type Mtls, type MtlsMode } from './layers/peer-authentication.js';
export { DEFAULT_POLICY_ANNOTATION } from './layers/linkerd.js';
export { HBONE_PORT } from './layers/network-layer.js';
export { Decider, pointOf } from './layers/decider.js';
export { together, type Decided } from './layers/together.js';
export { type Enforcer, type Point } from './layers/point.js';
export { cutOff, judge, rankOf, tallies, type Flow, type Judged, type Tally } from './replay/replay.js';
export { suggest, type SuggestFlow, type Suggestion, type SuggestTarget } from './replay/suggest.js';
