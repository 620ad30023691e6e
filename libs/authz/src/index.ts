export { readAuthorizationPolicy } from './model/read-policy.js';
export { DEFAULT_MESH, type AuthorizationPolicy, type MeshSettings, type Workload } from './model/policy.js';
export { type Json, type Request } from './model/request.js';
export { CompiledWorkload, type Outcome } from './decide/decide.js';
export { selectPolicies } from './decide/select.js';
export { decideWithUnknowns, type Verdict } from './decide/unknowns.js';
export { simulate, decideOne, type Decision, type SimulateInput } from './simulate.js';
