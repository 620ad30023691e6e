/**
 * What admin pages of proxies say of certificates: `/config_dump` of ztunnel (whole chains, of every identity on its node) and `/certs`
 * of Envoy (serial numbers and ends, no bytes). Shapes: ztunnel src/admin.rs, Envoy api/envoy/admin/v3/certs.proto (peers.md §4).
 * Invariant: what cannot be put to a pod or a host of the mesh is counted, not guessed.
 */
import { z } from 'zod';
import { rowId } from './ids.js';
import type { PodFact } from './kube-facts.js';
import { bareSerial, type Observation } from './observation.js';
import { parseCertificate } from './parse.js';
import { holderId, workloadIdOf } from './targets.js';

export type PageKind = 'ztunnel' | 'envoy';
export const PAGE_KINDS: readonly PageKind[] = ['ztunnel', 'envoy'];
const PATHS: Readonly<Record<PageKind, string>> = { ztunnel: '/config_dump', envoy: '/certs' };
const ENVOYS: ReadonlySet<PodFact['proxy']> = new Set(['sidecar', 'router', 'waypoint'] as const);
const GATEWAYS: ReadonlySet<PodFact['role']> = new Set(['gateway', 'egress'] as const);

export interface ProxyPage {
  readonly kind: PageKind;
  readonly key: string;
  readonly path: string;
  readonly pod: PodFact & { readonly ip: string };
}
export interface PageContext {
  readonly cluster: string;
  readonly trustDomain?: string | undefined;
  /** Of the whole cluster: ztunnel speaks for others. */
  readonly pods: readonly PodFact[];
  readonly at: number;
}
export interface PageReading {
  readonly observations: Observation[];
  /** Certificates of nobody that we know. */
  readonly unplaced: number;
  /** What the proxy itself says that it has no certificate for, and why. */
  readonly missing: readonly { readonly namespace: string; readonly serviceAccount: string; readonly state: string }[];
}

/** The pods whose certificates a page of this kind shows. */
export const isShownBy: Readonly<Record<PageKind, (pod: PodFact) => boolean>> = {
  ztunnel: ({ proxy }) => proxy === 'ambient',
  envoy: ({ proxy, role }) => ENVOYS.has(proxy) && role !== 'ztunnel',
};

export function pagesOf(pods: readonly PodFact[], kinds: ReadonlySet<PageKind>): ProxyPage[] {
  return pods.flatMap((pod) => {
    const kind: PageKind = pod.proxy === 'ztunnel' || pod.role === 'ztunnel' ? 'ztunnel' : 'envoy';
    const has = kind === 'ztunnel' || isShownBy.envoy(pod);
    if (!has || !kinds.has(kind) || pod.ended || !pod.running || pod.ip === undefined) return [];
    return [{ kind, key: `${kind} ${pod.namespace}/${pod.name}`, path: PATHS[kind], pod: { ...pod, ip: pod.ip } }];
  });
}

export const pagePlace = ({ path, pod }: ProxyPage): string => `${path} of ${pod.namespace}/${pod.name}`;

/** Undefined: it is no such document. */
export function readPage(page: ProxyPage, document: unknown, context: PageContext): PageReading | undefined {
  return page.kind === 'ztunnel' ? readDump(page, document, context) : readCerts(page, document, context);
}

const block = z.object({ pem: z.string() });
/** Names were in snake case once, and the leaf was `ca_cert` then. */
const ztunnelDump = z.object({
  certificates: z.array(
    z.object({
      identity: z.string(),
      state: z.string(),
      certChain: z.array(block).optional(),
      ca_cert: z.array(block).optional(),
      cert_chain: z.array(block).optional(),
    }),
  ),
});
const SPIFFE = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/;

function readDump(page: ProxyPage, document: unknown, context: PageContext): PageReading | undefined {
  const { data } = ztunnelDump.safeParse(document);
  if (!data) return undefined;
  const observations: Observation[] = [];
  const missing: { namespace: string; serviceAccount: string; state: string }[] = [];
  let unplaced = 0;
  for (const { identity, state, certChain, ca_cert, cert_chain } of data.certificates) {
    const [, namespace, serviceAccount] = SPIFFE.exec(identity) ?? [];
    const chain = [...(ca_cert ?? []), ...(certChain ?? cert_chain ?? [])].map(({ pem }) => parseCertificate(decoded(pem)));
    const leaf = chain.find((one) => one !== undefined && !one.isCa);
    if (namespace === undefined || serviceAccount === undefined) unplaced += 1;
    else if (!leaf) missing.push({ namespace, serviceAccount, state });
    else {
      const holders = context.pods.filter(
        (pod) =>
          isShownBy.ztunnel(pod) &&
          !pod.ended &&
          pod.node === page.pod.node &&
          pod.namespace === namespace &&
          pod.serviceAccount === serviceAccount,
      );
      const sent = chain.filter((one) => one !== undefined && one.isCa) as (typeof leaf)[];
      const { notBefore, notAfter } = leaf;
      for (const pod of holders) observations.push({ ...ofWorkload(pod, page, context), leaf, sent, notBefore, notAfter });
      // A pod that has just gone leaves its certificate behind.
      if (holders.length === 0) unplaced += 1;
    }
  }
  return { observations, unplaced, missing };
}

/** PEM, which ztunnel wraps in base64 once more. */
const decoded = (pem: string): string => (pem.startsWith('-----BEGIN') ? pem : Buffer.from(pem, 'base64').toString('utf8'));

const details = z.object({
  serial_number: z.string().min(1),
  valid_from: z.string(),
  expiration_time: z.string(),
  subject_alt_names: z.array(z.object({ uri: z.string().optional(), dns: z.string().optional() })).optional(),
});
const envoyCerts = z.object({ certificates: z.array(z.object({ cert_chain: z.array(details).optional() })) });
type Details = z.infer<typeof details>;

function readCerts(page: ProxyPage, document: unknown, context: PageContext): PageReading | undefined {
  const { data } = envoyCerts.safeParse(document);
  if (!data) return undefined;
  // Every listener and cluster names the same certificate again.
  const distinct = new Map<string, Observation>();
  let unplaced = 0;
  for (const detail of data.certificates.flatMap(({ cert_chain = [] }) => cert_chain)) {
    const observation = ofEnvoy(detail, page, context);
    if (!observation) unplaced += 1;
    else {
      const known = distinct.get(observation.id);
      // In the middle of a rotation both are there.
      if (!known || known.notAfter < observation.notAfter) distinct.set(observation.id, observation);
    }
  }
  return { observations: [...distinct.values()], unplaced, missing: [] };
}

function ofEnvoy(detail: Details, page: ProxyPage, context: PageContext): Observation | undefined {
  const [notBefore, notAfter] = [Date.parse(detail.valid_from), Date.parse(detail.expiration_time)];
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return undefined;
  const { pod } = page;
  const names = detail.subject_alt_names ?? [];
  const own = { ...ofWorkload(pod, page, context), serial: bareSerial(detail.serial_number), notBefore, notAfter };
  if (names.some(({ uri }) => uri !== undefined && SPIFFE.test(uri))) return own;
  const host = names.find(({ dns }) => dns !== undefined)?.dns;
  if (!GATEWAYS.has(pod.role) || host === undefined) return undefined;
  const { identity: _, ...base } = own;
  return { ...base, kind: 'gateway', id: rowId('gateway', context.cluster, pod.namespace, pod.owner.name, host), name: host };
}

type Held = Omit<Observation, 'notAfter'> & { readonly identity: NonNullable<Observation['identity']> };
function ofWorkload(pod: PodFact, page: ProxyPage, { cluster, trustDomain, at }: PageContext): Held {
  return {
    source: page.kind,
    kind: 'workload',
    id: holderId(cluster, pod),
    mesh: 'istio',
    cluster,
    namespace: pod.namespace,
    name: pod.name,
    workload: { name: pod.owner.name, id: workloadIdOf(cluster, pod) },
    observedAt: at,
    place: { place: pagePlace(page), namespace: pod.namespace, pod: pod.name },
    identity: { mesh: 'istio', namespace: pod.namespace, serviceAccount: pod.serviceAccount, trustDomain },
  };
}
