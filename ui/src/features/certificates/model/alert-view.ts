/**
 * Alerts as people read them: how bad, since when, and who has been told.
 * Invariant: "told" is only said of a webhook that took it; what waits or was given up is said with its error.
 */
import type { CertificateAlert } from '@observatory/contracts';
import type { UrlValues } from '../../../lib/url-values.js';
import { counted } from '../../../lib/format.js';

const STATES = ['open', 'withdrawn', 'all'] as const;
export type AlertState = (typeof STATES)[number];

export const parseAlertState = (values: UrlValues): AlertState => STATES.find((state) => state === values['state']) ?? 'open';

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;

/** Worst first, then the newest. */
export function byUrgency(alerts: readonly CertificateAlert[]): CertificateAlert[] {
  return alerts.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.raisedAt.localeCompare(a.raisedAt));
}

export interface Told {
  words: string;
  /** Something has not arrived. */
  failing: boolean;
  /** One line for each webhook. */
  lines: string[];
}

const OUTCOMES = { waiting: 'not yet', delivered: 'told', 'given-up': 'given up' };

/** What became of the newest transition of each webhook. */
export function toldWords({ deliveries, state }: Pick<CertificateAlert, 'deliveries' | 'state'>): Told {
  const transition = state === 'open' ? 'raised' : 'withdrawn';
  const own = deliveries.filter((delivery) => delivery.transition === transition);
  if (own.length === 0) return { words: 'no webhook', failing: false, lines: [] };
  const lines = own.map(
    ({ webhook, state: outcome, attempts, lastError }) =>
      `${webhook}: ${OUTCOMES[outcome]}${outcome === 'delivered' ? '' : ` after ${counted(attempts, 'attempt')}`}${lastError === undefined || outcome === 'delivered' ? '' : ` (${lastError})`}`,
  );
  const count = (outcome: keyof typeof OUTCOMES) => own.filter((delivery) => delivery.state === outcome).length;
  const words = [
    count('delivered') > 0 && `${count('delivered')} told`,
    count('waiting') > 0 && `${count('waiting')} waiting`,
    count('given-up') > 0 && `${count('given-up')} given up`,
  ].filter(Boolean);
  return { words: words.join(', '), failing: count('given-up') + count('waiting') > 0, lines };
}
