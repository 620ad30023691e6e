/**
 * What is suspicious about a policy in this mesh: accounts, namespaces and workloads that do not exist, rules that the proxy there
 * cannot read, identities where plain text is let in. Invariant: only what is known to be absent is called absent.
 */
import { HBONE_PORT, mtlsOf, refText, type PolicyEntry, isSelected, selectsLabels, type Decider, type Enforcer } from '@observatory/authz';
import type { PolicyDiagnostic } from '@observatory/contracts';
import { pointsOf } from './enforcement.js';
import type { MeshModel, MeshWorkload } from './mesh-model.js';
import { isEndpoint } from './reach.js';

export interface KnownMesh {
  readonly model: MeshModel;
  readonly decider: Decider;
  /** `namespace/name`; empty where accounts are not known. */
  readonly serviceAccounts: ReadonlySet<string>;
}
type Conditions = NonNullable<PolicyEntry['authorization']>['rules'][number]['when'];

const HTTP_ONLY = new Set(['host', 'method', 'path', 'requestPrincipal', 'header', 'audiences', 'presenter', 'claim']);

export function meshDiagnostics(entry: PolicyEntry, mesh: KnownMesh): PolicyDiagnostic[] {
  const found: Omit<PolicyDiagnostic, 'policy'>[] = [];
  const selected = selectedWorkloads(entry, mesh);
  if (!mesh.model.namespaces.includes(entry.namespace))
    found.push(warning('unknown-namespace', `the cluster has no namespace ${entry.namespace}`, 'metadata.namespace'));
  else if (selected !== undefined && selected.length === 0)
    found.push(
      warning('selects-nothing', 'it selects no workload that exists', 'spec.selector', 'compare its labels with those of the pods'),
    );
  if (entry.kind === 'NetworkPolicy') found.push(...closedToTunnels(entry, selected ?? []));
  const policy = entry.authorization;
  if (policy) {
    const conditions = policy.rules.flatMap(({ from, to, when }) => [...(from ?? []).flat(), ...(to ?? []).flat(), ...when]);
    found.push(...unknownCallers(conditions, entry, mesh), ...unreadable(conditions, policy.action, selected ?? [], mesh));
    if (policy.dryRun && (selected ?? []).some((workload) => enforcersOf(workload, mesh).includes('ztunnel')))
      found.push(warning('dry-run-at-ztunnel', 'ztunnel before 1.29 enforces dry-run policies fully', 'metadata.annotations'));
    found.push(...withoutStrictMtls(conditions, policy.action, { selected: selected ?? [], mesh }));
  }
  return found.map((diagnostic) => ({ ...diagnostic, policy: refText(entry) }));
}

interface NetworkRule {
  readonly ports?: readonly { readonly port?: number | string; readonly endPort?: number; readonly protocol?: string }[];
}

/** In ambient all traffic of the mesh arrives at one port, whatever port is asked for. */
function closedToTunnels({ object }: PolicyEntry, selected: readonly MeshWorkload[]): Omit<PolicyDiagnostic, 'policy'>[] {
  const { ingress = [] } = (object.spec ?? {}) as { ingress?: readonly NetworkRule[] };
  const isOpen = ({ port, endPort, protocol = 'TCP' }: NonNullable<NetworkRule['ports']>[number]) =>
    protocol === 'TCP' && (port === undefined || (typeof port === 'number' && port <= HBONE_PORT && (endPort ?? port) >= HBONE_PORT));
  const closed = ingress.findIndex(({ ports = [] }) => ports.length > 0);
  const isAnyOpen = ingress.some(({ ports = [] }) => ports.length === 0 || ports.some(isOpen));
  const ambient = selected.filter(({ mesh }) => mesh === 'ambient').map(({ ref }) => ref.name);
  if (closed < 0 || isAnyOpen || ambient.length === 0) return [];
  const message = `${ambient.slice(0, 5).join(', ')}: traffic of an ambient mesh arrives at port ${HBONE_PORT}, which no rule lets in`;
  return [warning('closed-to-ambient', message, `spec.ingress[${closed}].ports`, `add port ${HBONE_PORT}`)];
}

/** Undefined for kinds that select no workloads. */
export function selectedWorkloads(
  entry: PolicyEntry,
  { model, decider }: Pick<KnownMesh, 'model' | 'decider'>,
): MeshWorkload[] | undefined {
  const { kind, namespace, object } = entry;
  const rootNamespace = decider.mesh.rootNamespace;
  const spec = (object.spec ?? {}) as {
    selector?: { matchLabels?: Record<string, string> };
    podSelector?: unknown;
    targetRef?: { kind?: string; name?: string };
    targetRefs?: { kind?: string; name?: string }[];
  };
  const refs = spec.targetRefs?.length ? spec.targetRefs : spec.targetRef ? [spec.targetRef] : [];
  const endpoints = model.workloads.filter(isEndpoint);
  if (kind === 'NetworkPolicy' || kind === 'Server') {
    return endpoints.filter(({ ref, policy }) => ref.namespace === namespace && selectsLabels(spec.podSelector, policy.labels));
  }
  if (kind !== 'AuthorizationPolicy' && kind !== 'PeerAuthentication' && kind !== 'RequestAuthentication') return undefined;
  if (refs.length > 0) {
    const names = refs.map(({ name }) => name);
    return model.workloads.filter(
      ({ ref, role, services, policy }) =>
        ref.namespace === namespace &&
        (services.some(({ name }) => names.includes(name)) ||
          (role !== undefined && (names.includes(ref.name) || names.includes(policy.labels['gateway.networking.k8s.io/gateway-name'])))),
    );
  }
  const labels = spec.selector?.matchLabels ?? {};
  return endpoints.filter(
    ({ ref, policy, mesh }) =>
      (mesh === 'istio' || mesh === 'ambient') &&
      (namespace === rootNamespace || ref.namespace === namespace) &&
      (Object.keys(labels).length === 0 || isSelected(labels, policy.labels)),
  );
}

function warning(code: string, message: string, path: string, suggestion?: string): Omit<PolicyDiagnostic, 'policy'> {
  return { severity: 'warning', code, message, path, ...(suggestion === undefined ? {} : { suggestion }) };
}

function unknownCallers(
  conditions: Conditions,
  entry: PolicyEntry,
  { model, serviceAccounts }: KnownMesh,
): Omit<PolicyDiagnostic, 'policy'>[] {
  return conditions.flatMap(({ attribute, values, path }) =>
    values.flatMap((value, index) => {
      const at = `${path}[${index}]`;
      if (attribute === 'namespace' && !value.includes('*') && !model.namespaces.includes(value))
        return [warning('unknown-namespace', `the cluster has no namespace ${value}`, at)];
      if (serviceAccounts.size === 0) return [];
      const account =
        attribute === 'principal'
          ? /^[^*/]+\/ns\/([^*/]+)\/sa\/([^*/]+)$/.exec(value)?.slice(1).join('/')
          : accountOf(attribute, value, entry);
      if (account === undefined || serviceAccounts.has(account)) return [];
      return [warning('unknown-service-account', `nothing runs as the service account ${account}`, at)];
    }),
  );
}

function accountOf(attribute: string, value: string, { namespace }: PolicyEntry): string | undefined {
  if (attribute !== 'serviceAccount') return undefined;
  return value.includes('/') ? value : `${namespace}/${value}`;
}

const enforcersOf = (workload: MeshWorkload, { model }: KnownMesh): Enforcer[] =>
  pointsOf(workload, model, workload.services[0]).map(({ enforcer }) => enforcer);

/** A selector reaches ztunnel only, and that reads no HTTP. */
function unreadable(
  conditions: Conditions,
  action: string,
  selected: readonly MeshWorkload[],
  mesh: KnownMesh,
): Omit<PolicyDiagnostic, 'policy'>[] {
  const http = conditions.find(({ attribute }) => HTTP_ONLY.has(attribute));
  const ambient = selected.filter(
    (workload) => workload.mesh === 'ambient' && isEndpoint(workload) && enforcersOf(workload, mesh).length === 1,
  );
  if (!http || ambient.length === 0) return [];
  const names = ambient
    .map(({ ref }) => ref.name)
    .slice(0, 5)
    .join(', ');
  const effect = action === 'ALLOW' ? 'its rule matches nothing there' : 'it does nothing there';
  return [
    warning(
      'http-rule-at-ztunnel',
      `${names}: only ztunnel enforces, which reads no HTTP; ${effect}`,
      http.path,
      'use a waypoint, and targetRefs',
    ),
  ];
}

function withoutStrictMtls(
  conditions: Conditions,
  action: string,
  { selected, mesh }: { selected: readonly MeshWorkload[]; mesh: KnownMesh },
): Omit<PolicyDiagnostic, 'policy'>[] {
  const identity = conditions.find(({ attribute, notValues }) =>
    attribute === 'principal' || attribute === 'namespace' ? action === 'DENY' || notValues.length > 0 : false,
  );
  if (!identity) return [];
  const open = selected.filter((workload) =>
    pointsOf(workload, mesh.model).some((point) => point.enforcer === 'sidecar' && mtlsOf(mesh.decider.peerOf(point)).mode !== 'STRICT'),
  );
  if (open.length === 0) return [];
  const names = open
    .map(({ ref }) => ref.name)
    .slice(0, 5)
    .join(', ');
  return [
    warning(
      'identity-without-strict-mtls',
      `${names}: plain text is let in, and who sends it has no identity to match`,
      identity.path,
      'set mutual TLS to STRICT there',
    ),
  ];
}
