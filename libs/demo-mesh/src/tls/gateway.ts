/** The certificates that the ingress gateway shows to the world, as cert-manager would have put them into secrets. */
import type { ManagedCertificate } from '../kube/objects/labels.js';
import { issueLeaf, pemOf, type Authorities, type Leaf } from './authority.js';

const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 90;

export interface GatewayCertificate {
  readonly managed: ManagedCertificate;
  readonly leaf: Leaf;
  readonly chainPem: string;
}

interface Spec {
  readonly name: string;
  readonly dnsNames: readonly string[];
  readonly leftDays: number;
  readonly failure?: string;
}

/** The partners' one runs out within the week: its renewal has failed unnoticed. */
const SPECS: readonly Spec[] = [
  { name: 'shop-example', dnsNames: ['shop.example', 'www.shop.example'], leftDays: 62 },
  {
    name: 'partners-shop-example',
    dnsNames: ['partners.shop.example'],
    leftDays: 5,
    failure: 'the issuer answered 429: too many certificates for shop.example this week',
  },
];

async function issue(authorities: Authorities, spec: Spec, notAfterMs: number): Promise<GatewayCertificate> {
  const notAfter = new Date(notAfterMs);
  const notBefore = new Date(notAfterMs - LIFETIME_DAYS * DAY_MS);
  const names = spec.dnsNames.map((value) => ({ type: 'dns' as const, value }));
  const leaf = await issueLeaf({ signer: authorities.publicRoot, subject: `CN=${spec.dnsNames[0]}`, names, notBefore, notAfter });
  const chainPem = `${leaf.certificatePem}\n${pemOf(authorities.publicRoot)}`;
  const managed = {
    namespace: 'istio-ingress',
    name: spec.name,
    secretName: `${spec.name}-tls`,
    dnsNames: spec.dnsNames,
    notBefore,
    notAfter,
    chainPem,
    ...(spec.failure === undefined ? {} : { failure: spec.failure }),
  };
  return { managed, leaf, chainPem };
}

/** Counted from this start, not the first: a demo that rested for a month still shows a certificate that runs out. */
export async function gatewayCertificates(authorities: Authorities, nowMs: number = Date.now()): Promise<GatewayCertificate[]> {
  return Promise.all(SPECS.map((spec) => issue(authorities, spec, nowMs + spec.leftDays * DAY_MS)));
}
