/**
 * What objects of the cluster say: trust bundles of ConfigMaps, every block of them, and cert-manager's Certificates. A Certificate's
 * own bytes lie in a Secret that we do not read; the CertificateRequest that brought them carries them too, and is no secret.
 */
import { rowId } from './ids.js';
import type { BundleFact, ClusterFacts, ManagedFact, RequestFact } from './kube-facts.js';
import type { Observation } from './observation.js';
import { parseBundle } from './parse.js';
import type { ParsedCertificate } from './parsed.js';

export const authorityId = (
  kind: 'root' | 'intermediate' | 'issuer',
  cluster: string,
  { fingerprint }: Pick<ParsedCertificate, 'fingerprint'>,
): string => rowId(kind, cluster, '', fingerprint.slice(0, 16));
export const authorityName = (of: ParsedCertificate): string => of.commonName ?? (of.subject || of.serial);

export interface Roots {
  readonly istio: readonly ParsedCertificate[];
  readonly linkerd: readonly ParsedCertificate[];
  /** Who publishes which: fingerprint → namespaces. */
  readonly publishedIn: ReadonlyMap<string, readonly string[]>;
  readonly publishers: Readonly<Record<'istio' | 'linkerd', readonly string[]>>;
  readonly unreadable: number;
}

export function rootsOf(bundles: readonly BundleFact[]): Roots {
  const roots = { istio: new Map<string, ParsedCertificate>(), linkerd: new Map<string, ParsedCertificate>() };
  const publishedIn = new Map<string, string[]>();
  const publishers: Record<'istio' | 'linkerd', string[]> = { istio: [], linkerd: [] };
  const parsed = new Map<string, ReturnType<typeof parseBundle>>();
  let unreadable = 0;
  for (const { mesh, namespace, pem } of bundles) {
    // Every namespace has the same text.
    const bundle = parsed.get(pem) ?? parseBundle(pem);
    parsed.set(pem, bundle);
    unreadable += bundle.unreadable;
    publishers[mesh].push(namespace);
    for (const certificate of bundle.certificates) {
      roots[mesh].set(certificate.fingerprint, certificate);
      publishedIn.set(certificate.fingerprint, [...(publishedIn.get(certificate.fingerprint) ?? []), namespace]);
    }
  }
  return { istio: [...roots.istio.values()], linkerd: [...roots.linkerd.values()], publishedIn, publishers, unreadable };
}

export function rootObservations(cluster: string, roots: Roots, at: number): Observation[] {
  return (['istio', 'linkerd'] as const).flatMap((mesh) =>
    roots[mesh].map((leaf): Observation => {
      const name = mesh === 'istio' ? 'istio-ca-root-cert' : 'linkerd-identity-trust-roots';
      const namespaces = roots.publishedIn.get(leaf.fingerprint) ?? [];
      return {
        source: 'configMap',
        kind: 'root',
        id: authorityId('root', cluster, leaf),
        mesh,
        cluster,
        name: authorityName(leaf),
        observedAt: at,
        leaf,
        notBefore: leaf.notBefore,
        notAfter: leaf.notAfter,
        place: { place: `ConfigMap ${name} of ${namespaces.length === 1 ? namespaces[0] : `${namespaces.length} namespaces`}` },
      };
    }),
  );
}

export function managedObservations(facts: ClusterFacts, at: number): Observation[] {
  const requests = new Map<string, RequestFact[]>();
  for (const request of facts.requests) {
    const key = `${request.namespace}/${request.certificateName ?? ''}`;
    requests.set(key, [...(requests.get(key) ?? []), request]);
  }
  return facts.managed.flatMap((managed) => {
    const own = requests.get(`${managed.namespace}/${managed.name}`) ?? [];
    const chain = issuedBy(managed, own);
    const [leaf, ...sent] = chain;
    const notAfter = leaf?.notAfter ?? managed.notAfter;
    // Not issued yet: there is no certificate to show.
    if (notAfter === undefined) return [];
    const failing = failureOf(managed, own);
    const notBefore = leaf?.notBefore ?? managed.notBefore;
    const observation: Observation = {
      source: 'certManager',
      kind: 'certManager',
      id: rowId('certManager', facts.cluster, managed.namespace, managed.name),
      mesh: 'istio',
      cluster: facts.cluster,
      namespace: managed.namespace,
      name: managed.name,
      observedAt: at,
      notAfter,
      place: { place: `Certificate ${managed.namespace}/${managed.name}`, namespace: managed.namespace },
      managed,
      ...(leaf === undefined ? {} : { leaf, sent }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(failing === undefined ? {} : { renewalFailing: failing }),
    };
    return [observation];
  });
}

/** The chain of the request of the present revision, if what it brought is what the status speaks of. */
function issuedBy(managed: ManagedFact, requests: readonly RequestFact[]): readonly ParsedCertificate[] {
  const done = requests
    .filter(({ certificatePem, failed }) => certificatePem !== undefined && !failed)
    .sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0) || b.createdAt - a.createdAt);
  const request = done.find(({ revision }) => managed.revision === undefined || revision === undefined || revision === managed.revision);
  const chain = parseBundle(request?.certificatePem ?? '').certificates;
  return managed.notAfter === undefined || chain[0]?.notAfter === managed.notAfter ? chain : [];
}

function failureOf(managed: ManagedFact, requests: readonly RequestFact[]): string | undefined {
  const newest = [...requests].sort((a, b) => b.createdAt - a.createdAt)[0];
  if (newest?.failed) return newest.message ?? 'the newest request failed';
  if (managed.failedAttempts > 0) return `${managed.failedAttempts} attempts to issue it failed`;
  return managed.ready === false ? (managed.message ?? 'cert-manager says that it is not ready') : undefined;
}
