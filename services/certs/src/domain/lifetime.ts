/**
 * How is a certificate doing, by its dates? Leafs by the share of their life, since a day is all they have; what lives long by days.
 * Renewal: Istio's agent and ztunnel at half of the life (grace ratio 0.5), Linkerd's proxy at 0.7 (refresh_in), cert-manager
 * at the time that it says. A leaf a tenth of its life past that is stuck (DESIGN §5, peers.md §4).
 * Invariant: a certificate that renews on time is `valid` or `renewalDue` for all of its life.
 */
import type { CertificateKind, CertificateStatus } from '@observatory/contracts';

const DAY_MS = 86_400_000;
export const THRESHOLD_DAYS = [7, 30, 60, 90] as const;
export type ThresholdDays = (typeof THRESHOLD_DAYS)[number];
/** A threshold counts for what lives at least three times as long: a 90-day certificate is not expiring at birth. */
const THRESHOLD_LIVES = 3;
/** What lives shorter than this is judged by shares: 7 days would be more than a third of it. */
const LONG_LIVED_MS = THRESHOLD_LIVES * THRESHOLD_DAYS[0] * DAY_MS;
const DEFAULT_LEAF_LIFETIME_MS = DAY_MS;
const ISTIO_RENEWS_AT = 0.5;
const LINKERD_RENEWS_AT = 0.7;
/** Past the renewal by this share of the life: it was tried again and again, and failed. */
const STUCK_AFTER = 0.1;
/** Jitter of the renewals themselves. */
const JITTER = 0.01;
const CRITICAL_SHARE: Readonly<Record<'istio' | 'linkerd', number>> = { istio: 0.15, linkerd: 0.1 };
/** cert-manager renews within moments; a day late, or a twentieth of the life, it does not. */
const MANAGED_STUCK_SHARE = 0.05;
/** Clocks of a cluster differ by less. */
export const SKEW_MS = 60_000;

export interface LifetimeInput {
  readonly kind: CertificateKind;
  readonly mesh: 'istio' | 'linkerd';
  readonly notBefore?: number | undefined;
  readonly notAfter: number;
  /** Of certificates like it, where its own beginning is not known. */
  readonly usualLifetime?: number | undefined;
  /** When its keeper says that it will renew it. */
  readonly renewalTime?: number | undefined;
  readonly trusted: boolean;
  readonly now: number;
}
export interface LifetimeOutcome {
  readonly status: CertificateStatus;
  readonly reason: string;
  readonly thresholdDays?: ThresholdDays;
  readonly renewalAt?: number;
}

export function lifetimeStatus(input: LifetimeInput): LifetimeOutcome {
  const { notBefore, notAfter, now } = input;
  if (notAfter <= now) return { status: 'expired', reason: `expired ${span(now - notAfter)} ago` };
  if (notBefore !== undefined && notBefore > now + SKEW_MS)
    return { status: 'notYetValid', reason: `valid only in ${span(notBefore - now)}: it, or a clock, is wrong` };
  const lasting = isLongLived(input) ? longLived(input) : shortLived(input);
  return input.trusted ? lasting : { ...lasting, status: 'untrusted', reason: 'its chain ends at no root of the mesh' };
}

/** Thresholds that a certificate of this length has; none: it is judged by shares. */
export function thresholdsOf({ notBefore, notAfter }: Pick<LifetimeInput, 'notBefore' | 'notAfter'>): ThresholdDays[] {
  const lifetime = notBefore === undefined ? Infinity : notAfter - notBefore;
  return THRESHOLD_DAYS.filter((days) => days * DAY_MS * THRESHOLD_LIVES <= lifetime);
}

/** A leaf of the mesh renews at its share of any lifetime: Istio allows up to 90 days. */
function isLongLived({ kind, notBefore, notAfter }: LifetimeInput): boolean {
  return kind !== 'workload' && (notBefore === undefined || notAfter - notBefore >= LONG_LIVED_MS);
}

function longLived(input: LifetimeInput): LifetimeOutcome {
  const { notBefore, notAfter, renewalTime, now } = input;
  const left = notAfter - now;
  const thresholdDays = thresholdsOf(input).find((days) => left <= days * DAY_MS);
  const about = {
    ...(thresholdDays === undefined ? {} : { thresholdDays }),
    ...(renewalTime === undefined ? {} : { renewalAt: renewalTime }),
  };
  const late = renewalTime !== undefined && now > renewalTime ? `; it was to be renewed ${span(now - renewalTime)} ago` : '';
  if (thresholdDays === 7) return { status: 'critical', reason: `${span(left)} left${late}`, ...about };
  if (renewalTime !== undefined && now > renewalTime) {
    const patience = Math.max(DAY_MS, MANAGED_STUCK_SHARE * (notAfter - (notBefore ?? notAfter)));
    const stuck = now > renewalTime + patience;
    const reason = `was to be renewed ${span(now - renewalTime)} ago, ${span(left)} left`;
    return { status: stuck ? 'rotationStuck' : 'renewalDue', reason, ...about };
  }
  if (thresholdDays === 30) return { status: 'expiring', reason: `${span(left)} left`, ...about };
  return { status: 'valid', reason: `${span(left)} left`, ...about };
}

function shortLived({ mesh, notBefore, notAfter, usualLifetime, renewalTime, now }: LifetimeInput): LifetimeOutcome {
  const assumed = notBefore === undefined;
  const lifetime = assumed ? Math.max(usualLifetime ?? DEFAULT_LEAF_LIFETIME_MS, notAfter - now) : notAfter - notBefore;
  const renewsAt = mesh === 'linkerd' ? LINKERD_RENEWS_AT : ISTIO_RENEWS_AT;
  const renewalAt = renewalTime ?? notAfter - lifetime * (1 - renewsAt);
  const left = notAfter - now;
  const of = assumed ? `${span(left)} left, of ${span(lifetime)} as is usual` : `${span(left)} left of ${span(lifetime)}`;
  if (left < CRITICAL_SHARE[mesh] * lifetime)
    return { status: 'critical', reason: `${of}; it was to be renewed ${span(now - renewalAt)} ago`, renewalAt };
  if (now > renewalAt + STUCK_AFTER * lifetime)
    return { status: 'rotationStuck', reason: `was to be renewed ${span(now - renewalAt)} ago; ${of}`, renewalAt };
  if (now > renewalAt + JITTER * lifetime) return { status: 'renewalDue', reason: `its renewal is due; ${of}`, renewalAt };
  return { status: 'valid', reason: of, renewalAt };
}

/** `3 days`, `5 h`, `12 min`: two figures are enough. */
export function span(ms: number): string {
  const [days, hours, minutes] = [ms / DAY_MS, ms / 3_600_000, ms / 60_000];
  if (days >= 2) return `${Math.floor(days)} days`;
  if (hours >= 2) return `${Math.floor(hours)} h`;
  if (minutes >= 2) return `${Math.floor(minutes)} min`;
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
}
