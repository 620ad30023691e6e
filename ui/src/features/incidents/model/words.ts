/**
 * How do kinds, states and degrees of the unusual read? One place for the words, so that list, page, map and table say the same.
 * Invariant: a score is called by what follows from it (an alert, a look), never by a probability that it is not.
 */
import type { AnomalyState, AnomalyType, BaselineStage, Severity, SignalName, SignalUnit } from '@observatory/contracts';
import type { Unit } from '../../../lib/format.js';

export const TYPE_WORDS: Record<AnomalyType, string> = {
  errors: 'Errors',
  'client-errors': 'Client errors',
  latency: 'Slower answers',
  'traffic-spike': 'More traffic',
  'traffic-drop': 'Less traffic',
  bytes: 'More data',
  connections: 'More connections',
  exfiltration: 'Exfiltration',
  'lateral-movement': 'Lateral movement',
  'denial-of-service': 'Denial of service',
  'brute-force': 'Credential brute force',
  'credential-spraying': 'Credential spraying',
  scanning: 'Scanning',
  beaconing: 'Beaconing',
  plaintext: 'Plain text',
  'denied-requests': 'Denied requests',
};
export const ANOMALY_TYPES = Object.keys(TYPE_WORDS) as AnomalyType[];
const SECURITY_FROM = ANOMALY_TYPES.indexOf('exfiltration');
export const SECURITY_TYPES = ANOMALY_TYPES.slice(SECURITY_FROM);
export const asType = (text: string | undefined) => ANOMALY_TYPES.find((type) => type === text);

export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];
export const SEVERITY_WORDS: Record<Severity, string> = { critical: 'Critical', warning: 'Warning', info: 'Note' };
export const asSeverity = (text: string | undefined) => SEVERITIES.find((severity) => severity === text);

export const STATE_WORDS: Record<AnomalyState, string> = {
  open: 'Goes on',
  acknowledged: 'Acknowledged',
  suppressed: 'Suppressed',
  resolved: 'Resolved',
  closed: 'Ended',
};

/** How often a normal window shows this or worse: `this or more in 1 of 4,000 normal windows`. */
export function oddsWords(probability: number | null): string | undefined {
  if (probability === null) return undefined;
  if (probability >= 0.1) return 'this or more in many normal windows';
  if (probability < 1e-9) return 'this or more in less than 1 of a billion normal windows';
  const one = 1 / probability;
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(one)) - 1);
  return `this or more in 1 of ${(Math.round(one / digits) * digits).toLocaleString('en')} normal windows`;
}

/** Detectors whose names need words; the others are named by what they compare with: week, last hour, time of day. */
const DETECTORS: Record<string, string> = {
  'beta-binomial': 'the usual share (beta-binomial)',
  pattern: 'the pattern',
};
export function detectorWords(names: readonly string[]): string | undefined {
  const words = [...new Set(names)].map((name) => DETECTORS[name] ?? name);
  if (words.length === 0) return undefined;
  return words.length === 1 ? `found by ${words[0]}` : `${words.length} detectors agree: ${words.join(', ')}`;
}

const SIGNALS: Record<string, string> = {
  requests: 'Requests',
  errors: 'Errors',
  clientErrors: 'Client errors',
  latencyP50: 'Latency p50',
  latencyP95: 'Latency p95',
  latencyP99: 'Latency p99',
  latencyMean: 'Mean latency',
  sentBytes: 'Bytes sent',
  receivedBytes: 'Bytes received',
  connections: 'Connections',
  flags: 'Broken connections',
  denials: 'Denied requests',
  authFailures: 'Refused sign-ins',
  mtlsShare: 'Encrypted share',
  newCallers: 'New callers',
  newCallees: 'New callees',
  regularity: 'Regularity of calls',
} satisfies Record<SignalName, string> & Record<string, string>;
export const signalWords = (signal: SignalName) => SIGNALS[signal] ?? signal;

const COLOURS: Partial<Record<string, string>> = {
  errors: 'errors',
  clientErrors: 'client-errors',
  denials: 'client-errors',
  authFailures: 'client-errors',
  flags: 'errors',
  sentBytes: 'bytes',
  receivedBytes: 'bytes',
  mtlsShare: 'encrypted',
};
/** One colour per meaning through the whole product. */
export function signalColour(signal: SignalName): string {
  return COLOURS[signal] ?? (signal.startsWith('latency') ? 'latency' : 'rate');
}

export function chartUnit(signal: SignalName, unit: SignalUnit): Unit {
  if (unit === 'perSecond') return signal === 'connections' ? 'connections' : 'requests';
  return ({ bytesPerSecond: 'bytes', ms: 'milliseconds', ratio: 'ratio', count: 'count' } as const)[unit];
}

export const STAGE_WORDS: Record<BaselineStage, { short: string; words: string }> = {
  new: { short: 'new', words: 'seen for less than an hour: only counts of errors are judged' },
  learning: {
    short: 'learning',
    words: 'seen for less than a day: it is compared with its last hours, and only counts of errors can alert',
  },
  daily: { short: 'no season yet', words: 'compared with its last days; what it does at this time of day needs two days that match' },
  seasonal: { short: 'learned', words: 'compared with what it does at this time of day' },
};
