/**
 * Every proxy's certificate: issued, renewed at half its life, held back or shortened by faults.
 * At the start each is as old as chance left it, so renewals spread over time as in a cluster that has run for a while.
 */
import type { Cluster } from '../model/cluster.js';
import { keyOf, type Pod, type Workload } from '../model/types.js';
import { spiffeId } from '../exposition/writer.js';
import { linkerdIdentity } from '../exposition/linkerd-pairs.js';
import { hashText } from '../traffic/random.js';
import { issueLeaf, pemOf, type Authorities, type Leaf } from './authority.js';

const HOUR_MS = 3_600_000;
const DEFAULT_LIFETIME_MS = 24 * HOUR_MS;
/** Renewed at half the life, as pilot-agent does with its default grace ratio. */
const RENEWAL_SHARE = 0.5;
const CHECK_INTERVAL_MS = 500;
/** Where a fault without renewal puts a certificate: past its renewal, short of its end. */
const STUCK_AGE_SHARE = 0.75;
const EXPIRING_LEFT_MS = 30 * 60_000;

export interface PodCertificate {
  readonly pod: Pod;
  readonly leaf: Leaf;
  /** What the proxy sends: the leaf and its issuer. */
  readonly chainPem: string;
  readonly renewals: number;
}

/** Proxies with an identity of the mesh. A ztunnel holds one for each pod of its node, and its own. */
export const holdsCertificate = (workload: Workload): boolean => workload.mesh !== 'none' || workload.role === 'ztunnel';

/** SECRET_TTL of the workload's proxy: shorter where more is at stake. */
export function lifetimeMs(workload: Workload): number {
  if (workload.name === 'payments') return HOUR_MS;
  return workload.namespace === 'data' ? 4 * HOUR_MS : DEFAULT_LIFETIME_MS;
}

type Hold = 'expiring' | 'stuck';

export class Leafs {
  private readonly certificates = new Map<string, PodCertificate>();
  private readonly holds = new Map<string, { kind: Hold; strength: number }>();
  private readonly listeners = new Set<(certificate: PodCertificate) => void>();
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> = Promise.resolve();

  constructor(
    private readonly cluster: Cluster,
    private readonly authorities: Authorities,
    private readonly seed: number,
  ) {}

  of(pod: Pod): PodCertificate | undefined {
    return this.certificates.get(keyOf(pod));
  }

  all(): PodCertificate[] {
    return Array.from(this.certificates.values());
  }

  onIssued(listener: (certificate: PodCertificate) => void): void {
    this.listeners.add(listener);
  }

  async issueAll(nowMs: number = Date.now()): Promise<void> {
    for (const pod of this.cluster.pods.filter(({ workload }) => holdsCertificate(workload))) {
      const share = (hashText(keyOf(pod)) ^ this.seed) >>> 0;
      await this.issue(pod, nowMs - (share / 0x1_0000_0000) * RENEWAL_SHARE * lifetimeMs(pod.workload));
    }
  }

  start(): void {
    this.timer = setInterval(() => this.check(), CHECK_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Keeps the workload's certificates from renewal, at an age that shows it. */
  hold(workloads: readonly Workload[], kind: Hold, strength: number): void {
    for (const workload of workloads) {
      this.holds.set(keyOf(workload), { kind, strength });
      for (const pod of this.cluster.podsOf(workload)) this.reissueHeld(pod, { kind, strength });
    }
  }

  /** Lets go; what is overdue is renewed at the next check. */
  release(workloads: readonly Workload[]): void {
    for (const workload of workloads) this.holds.delete(keyOf(workload));
  }

  private reissueHeld(pod: Pod, hold: { kind: Hold; strength: number }): void {
    if (!holdsCertificate(pod.workload)) return;
    const life = lifetimeMs(pod.workload);
    const ageMs = hold.kind === 'stuck' ? life * STUCK_AGE_SHARE : life - Math.min(life * 0.45, EXPIRING_LEFT_MS * hold.strength);
    this.checking = this.checking.then(() => this.issue(pod, Date.now() - ageMs));
  }

  private check(nowMs: number = Date.now()): void {
    const due = this.all().filter(
      ({ pod, leaf }) =>
        !this.holds.has(keyOf(pod.workload)) && nowMs >= leaf.notBefore.getTime() + lifetimeMs(pod.workload) * RENEWAL_SHARE,
    );
    for (const { pod } of due) this.checking = this.checking.then(() => this.renewIfDue(pod));
  }

  private async renewIfDue(pod: Pod): Promise<void> {
    const current = this.of(pod);
    if (current && Date.now() >= current.leaf.notBefore.getTime() + lifetimeMs(pod.workload) * RENEWAL_SHARE)
      await this.issue(pod, Date.now());
  }

  private async issue(pod: Pod, notBeforeMs: number): Promise<void> {
    const { workload } = pod;
    const linkerd = workload.mesh === 'linkerd';
    const signer = linkerd ? this.authorities.linkerdIssuer : this.authorities.istioIntermediate;
    const leaf = await issueLeaf({
      signer,
      subject: linkerd ? `CN=${linkerdIdentity(workload)}` : '',
      names: [linkerd ? { type: 'dns', value: linkerdIdentity(workload) } : { type: 'url', value: spiffeId(workload) }],
      notBefore: new Date(notBeforeMs),
      notAfter: new Date(notBeforeMs + lifetimeMs(workload)),
    });
    const renewals = (this.of(pod)?.renewals ?? -1) + 1;
    const certificate: PodCertificate = { pod, leaf, chainPem: `${leaf.certificatePem}\n${pemOf(signer)}`, renewals };
    this.certificates.set(keyOf(pod), certificate);
    for (const listener of this.listeners) listener(certificate);
  }
}
