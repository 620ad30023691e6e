/**
 * The least that observed traffic needs, as policies. Against the faults of wizards (research/peers.md §1.6): callers once each, every
 * workload that has traffic, existing policies respected, and nobody without identity silently cut off.
 * Invariant: a suggested policy allows every recorded request of the workload that it selects.
 */
import { isSelected, type Decider } from '@observatory/authz';
import type { PolicySuggestion, PolicySuggestRequest } from '@observatory/contracts';
import { stringify } from 'yaml';
import type { MeshModel, MeshWorkload } from './mesh-model.js';
import type { ReplayFlow } from './policy-flows.js';

type Options = Pick<PolicySuggestRequest, 'namespaces' | 'workloads' | 'detail' | 'defaultDeny'>;

/** A rule with more operations than this says less than a rule without. */
const OPERATIONS_MAX = 20;
const NAME_MAX = 63;

export function suggest(
  flows: readonly ReplayFlow[],
  { model, decider, options }: { model: MeshModel; decider: Decider; options: Options },
): PolicySuggestion[] {
  const byTarget = new Map<string, ReplayFlow[]>();
  for (const flow of flows) {
    if (!flow.target || !isWanted(flow.target, options)) continue;
    const own = byTarget.get(flow.target.ref.id);
    if (own) own.push(flow);
    else byTarget.set(flow.target.ref.id, [flow]);
  }
  const own = [...byTarget.values()].flatMap((group) => {
    const target = group[0]?.target;
    return target && (target.mesh === 'istio' || target.mesh === 'ambient') && target.role === undefined
      ? [suggestion(target, group, { model, decider, options })]
      : [];
  });
  return options.defaultDeny ? [...own, ...defaultDenies(own, model, decider)] : own;
}

const isWanted = ({ ref }: MeshWorkload, { namespaces, workloads }: Options): boolean =>
  (namespaces.length === 0 && workloads.length === 0) || namespaces.includes(ref.namespace) || workloads.includes(ref.id);

interface Context {
  readonly model: MeshModel;
  readonly decider: Decider;
  readonly options: Options;
}

function suggestion(target: MeshWorkload, flows: readonly ReplayFlow[], context: Context): PolicySuggestion {
  const name = `allow-${target.ref.name}`.slice(0, NAME_MAX);
  const about = { workload: target.ref, namespace: target.ref.namespace, name };
  const existing = new Set(flows.flatMap(({ points }) => points.flatMap((point) => context.decider.selected(point))));
  const allowing = [...existing].filter(({ action, dryRun }) => action === 'ALLOW' && !dryRun);
  if (allowing.length > 0) {
    const names = allowing.map((policy) => `${policy.namespace}/${policy.name}`).join(', ');
    return { ...about, state: 'covered', yaml: '', reasons: [`${names} says already who may call it`], cautions: [] };
  }
  const strangers = flows.filter(({ flow }) => flow.request.source.principal === undefined);
  if (strangers.length > 0) {
    const callers = [...new Set(strangers.map(({ flow }) => `${callerName(flow.source)} (${flow.mtls})`))];
    return {
      ...about,
      state: 'withheld',
      yaml: '',
      reasons: [`callers without a known identity would be cut off: ${callers.slice(0, 10).join(', ')}`],
      cautions: ['bring these callers into the mesh, or allow them by address, before this workload is closed'],
    };
  }
  return { ...about, state: 'suggested', ...policyFor(target, flows, { ...context, name }) };
}

/** What is outside every namespace has a kind and a host in place of a name; of an unknown caller that is all there is to say. */
function callerName({ kind, namespace, name }: ReplayFlow['flow']['source']): string {
  if (namespace !== '') return `${namespace}/${name}`;
  return kind === 'unknown' ? 'unknown callers' : name;
}

function policyFor(
  target: MeshWorkload,
  flows: readonly ReplayFlow[],
  { model, options, name }: Context & { name: string },
): Pick<PolicySuggestion, 'yaml' | 'reasons' | 'cautions'> {
  const isConnections = flows.some(({ points }) => points.some(({ enforcer }) => enforcer === 'ztunnel'));
  const waypoint = flows.find(({ points }) => points.some(({ enforcer }) => enforcer === 'waypoint'));
  // ztunnel sees the waypoint, not the callers, and no operations: the policy belongs to the service at the waypoint.
  const attached = waypoint?.service && flows.every(({ service }) => service === waypoint.service) ? waypoint.service : undefined;
  const withOperations = options.detail === 'operations' && (!isConnections || attached !== undefined);
  const rules = rulesOf(flows, withOperations);
  const where = attached
    ? { targetRefs: [{ kind: 'Service', group: '', name: attached.name }] }
    : { selector: { matchLabels: selectorFor(target, model) } };
  const object = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: target.ref.namespace },
    spec: { ...where, action: 'ALLOW', rules: rules.list },
  };
  const callers = new Set(flows.map(({ flow }) => flow.request.source.principal)).size;
  return {
    yaml: stringify(object, { lineWidth: 0 }),
    reasons: [`${callers} ${callers === 1 ? 'identity' : 'identities'} called it over the recording`, ...rules.reasons],
    cautions: [
      'whoever calls it more rarely than the recording is long is not in it',
      // Access logs and traces are samples of the newest minutes: the replay cannot show what they lack.
      ...(withOperations && flows.some(({ flow }) => flow.operationFrom !== 'unknown')
        ? ['methods and paths are those of the newest access logs and traces: an operation that is not among them would be refused']
        : []),
    ],
  };
}

interface Grant {
  readonly principals: Set<string>;
  readonly operation: Record<string, string[]>;
}

function rulesOf(flows: readonly ReplayFlow[], withOperations: boolean): { list: unknown[]; reasons: string[] } {
  const byCaller = new Map<string, ReplayFlow[]>();
  for (const flow of flows) {
    const principal = flow.flow.request.source.principal ?? '';
    byCaller.set(principal, [...(byCaller.get(principal) ?? []), flow]);
  }
  const grants = new Map<string, Grant>();
  const reasons: string[] = [];
  for (const [principal, own] of [...byCaller].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const operation = operationOf(own, withOperations);
    if (withOperations && !operation['paths'] && own.some(({ flow }) => flow.request.protocol === 'http'))
      reasons.push(`methods and paths of ${principal} are not known for every request: any is allowed`);
    const key = JSON.stringify(operation);
    const grant = grants.get(key) ?? { principals: new Set(), operation };
    grant.principals.add(principal);
    grants.set(key, grant);
  }
  const list = [...grants.values()].map(({ principals, operation }) => ({
    from: [{ source: { principals: [...principals].toSorted() } }],
    ...(Object.keys(operation).length > 0 ? { to: [{ operation }] } : {}),
  }));
  return { list, reasons };
}

function operationOf(flows: readonly ReplayFlow[], withOperations: boolean): Record<string, string[]> {
  const requests = flows.map(({ flow }) => flow.request);
  const listed = (values: (string | undefined)[]): string[] | undefined => {
    const known = new Set(values);
    return known.has(undefined) || known.size > OPERATIONS_MAX ? undefined : ([...known] as string[]).toSorted();
  };
  const ports = listed(requests.map(({ port }) => port?.toString()));
  const isHttp = requests.every(({ protocol }) => protocol === 'http');
  const known = withOperations && isHttp && flows.every(({ flow }) => flow.operationFrom !== 'unknown');
  const methods = known ? listed(requests.map(({ method }) => method)) : undefined;
  const paths = known ? listed(requests.map(({ path }) => path)) : undefined;
  return { ...(ports ? { ports } : {}), ...(methods ? { methods } : {}), ...(paths ? { paths } : {}) };
}

/** The fewest of its labels that select no other workload, those that people know first. */
function selectorFor({ ref, policy }: MeshWorkload, { workloads }: MeshModel): Record<string, string> {
  const { labels } = policy;
  const rest = Object.keys(labels).filter(
    (key) => !key.endsWith('-hash') && !key.startsWith('statefulset.') && !key.startsWith('controller-'),
  );
  const usual = ['app', 'app.kubernetes.io/name', 'version', 'app.kubernetes.io/version'].filter((key) => labels[key] !== undefined);
  const order = [...usual, ...rest.filter((key) => !usual.includes(key)).toSorted()];
  const chosen: Record<string, string> = {};
  for (const key of order) {
    chosen[key] = labels[key] ?? '';
    const others = workloads.filter(
      (other) => other.ref.namespace === ref.namespace && other.ref.id !== ref.id && isSelected(chosen, other.policy.labels),
    );
    if (others.length === 0) break;
  }
  return chosen;
}

function defaultDenies(own: readonly PolicySuggestion[], model: MeshModel, decider: Decider): PolicySuggestion[] {
  const namespaces = [...new Set(own.map(({ namespace }) => namespace))].toSorted();
  return namespaces.flatMap((namespace): PolicySuggestion[] => {
    const name = 'default-deny';
    if (
      decider.set.some(
        (entry) => entry.namespace === namespace && entry.authorization?.selector === null && entry.authorization.rules.length === 0,
      )
    )
      return [];
    const withheld = own.filter((each) => each.namespace === namespace && each.state === 'withheld');
    const quiet = model.workloads.filter(
      ({ ref, mesh, role }) =>
        ref.namespace === namespace && mesh !== 'none' && role === undefined && !own.some(({ workload }) => workload?.id === ref.id),
    );
    if (withheld.length > 0) {
      const names = withheld.map(({ workload }) => workload?.name ?? '').join(', ');
      return [{ namespace, name, state: 'withheld', yaml: '', reasons: [`callers of ${names} would be cut off`], cautions: [] }];
    }
    const yaml = stringify({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec: {} });
    const cautions =
      quiet.length > 0 ? [`nobody was seen to call ${quiet.map(({ ref }) => ref.name).join(', ')}: closed to everybody with this`] : [];
    return [{ namespace, name, state: 'suggested', yaml, reasons: ['what no other policy allows is refused'], cautions }];
  });
}
