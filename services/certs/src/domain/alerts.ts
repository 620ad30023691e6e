/**
 * Which alerts does an inventory call for? One for each certificate and rule; days of 90, 60, 30 and 7 are rules of their own, so that
 * each is said once. Invariant: a pure function of rows and failures; a renewed certificate calls for none of its old alerts.
 */
import type { AlertSeverity, CertificateAlertRule } from '@observatory/contracts';
import { span, thresholdsOf } from './lifetime.js';
import type { Row } from './row.js';

const DAY_MS = 86_400_000;

/** What the service keeps with an alert for its own answers. */
export interface AlertFacts {
  readonly certificateId?: string;
  readonly kind?: string;
  readonly name: string;
  readonly workloadId?: string;
  readonly notAfter?: string;
}
export interface WantedAlert {
  readonly key: string;
  readonly rule: CertificateAlertRule;
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly detail: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly path: string;
  readonly data: AlertFacts;
}
export interface SigningFailure {
  readonly cluster: string;
  readonly metric: string;
  readonly words: string;
  readonly count: number;
}

type Raise = readonly [rule: CertificateAlertRule, severity: AlertSeverity, detail: string];

const THRESHOLD_RULES = {
  7: ['expires-7-days', 'critical'],
  30: ['expires-30-days', 'high'],
  60: ['expires-60-days', 'medium'],
  90: ['expires-90-days', 'low'],
} as const;

export function wantedAlerts(rows: readonly Row[], now: number): WantedAlert[] {
  return rows.flatMap((row) => [...byDates(row, now), ...byProblems(row)].map((raise) => alertOf(row, raise)));
}

function byDates(row: Row, now: number): Raise[] {
  const { kind, status, notAfter, notBefore, reason } = row;
  const left = notAfter - now;
  if (status === 'expired') return [['expired', 'critical', reason]];
  const raises: Raise[] = [];
  const managedInTime = row.managed?.renewalTime !== undefined && now <= row.managed.renewalTime;
  if (kind !== 'workload' && !managedInTime)
    for (const days of thresholdsOf({ notBefore, notAfter }))
      if (left <= days * DAY_MS) raises.push([...THRESHOLD_RULES[days], `${span(left)} left`]);
  if (status === 'rotationStuck' || (status === 'critical' && row.problems.some(({ code }) => code === 'rotation-stuck')))
    raises.push(['rotation-stuck', 'high', reason]);
  // Of what has thresholds, these have said it.
  if (status === 'critical' && raises.every(([rule]) => rule !== 'expires-7-days')) raises.push(['critical', 'critical', reason]);
  return raises;
}

function byProblems({ status, problems, trust }: Row): Raise[] {
  const messageOf = (...codes: string[]) => problems.find(({ code, severity }) => codes.includes(code) && severity === 'error')?.message;
  const raises: Raise[] = [];
  const say = (rule: CertificateAlertRule, severity: AlertSeverity, message: string | undefined) =>
    message !== undefined && raises.push([rule, severity, message]);
  if (status === 'untrusted' || trust.state === 'untrusted') raises.push(['untrusted-chain', 'critical', trust.message]);
  say('wrong-identity', 'critical', messageOf('wrong-identity', 'wrong-host'));
  say('weak-key', 'medium', messageOf('weak-key', 'weak-signature'));
  say('renewal-failing', 'high', messageOf('renewal-failing'));
  return raises;
}

const WORDS: Readonly<Record<CertificateAlertRule, string>> = {
  'expires-90-days': 'expires within 90 days',
  'expires-60-days': 'expires within 60 days',
  'expires-30-days': 'expires within 30 days',
  'expires-7-days': 'expires within 7 days',
  expiring: 'is about to expire',
  critical: 'is about to expire',
  expired: 'has expired',
  'rotation-stuck': 'was not renewed in time',
  'untrusted-chain': 'chains to no root of the mesh',
  'wrong-identity': 'says somebody else than who holds it',
  'weak-key': 'has a weak key or signature',
  'signing-errors': 'fails to sign',
  'renewal-failing': 'fails to be renewed',
};

export const nameInWords = ({ kind, namespace, name }: Pick<Row, 'kind' | 'namespace' | 'name'>): string => {
  const of = namespace === undefined ? name : `${namespace}/${name}`;
  const kinds = {
    workload: 'pod',
    gateway: 'gateway host',
    root: 'root',
    intermediate: 'intermediate',
    issuer: 'issuer',
    certManager: 'Certificate',
    webhook: 'webhook',
  };
  return `${kinds[kind]} ${of}`;
};

function alertOf(row: Row, [rule, severity, detail]: Raise): WantedAlert {
  const { id, kind, cluster, namespace, name, workload } = row;
  return {
    key: `${id}|${rule}`,
    rule,
    severity,
    title: `The certificate of ${nameInWords(row)} ${WORDS[rule]}`,
    detail,
    labels: {
      cluster,
      kind,
      certificate: id,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(workload === undefined ? {} : { workload: workload.name }),
    },
    path: `/certificates/${id}`,
    data: {
      certificateId: id,
      kind,
      name,
      ...(workload === undefined ? {} : { workloadId: workload.id }),
      notAfter: new Date(row.notAfter).toISOString(),
    },
  };
}

/** Before anything expires: whoever signs says no. */
export function signingAlerts(failures: readonly SigningFailure[]): WantedAlert[] {
  return failures.map(({ cluster, metric, words, count }) => ({
    key: `signer|${cluster}|${metric}`,
    rule: 'signing-errors',
    severity: 'high',
    title: `${words[0]?.toUpperCase()}${words.slice(1)} in ${cluster}`,
    detail: `${Math.round(count)} times in the last 15 minutes, by ${metric}`,
    labels: { cluster, name: metric },
    path: '/certificates',
    data: { name: metric },
  }));
}
