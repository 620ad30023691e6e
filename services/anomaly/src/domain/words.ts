/** Findings in sentences: what, how much, against what was to be expected. */
import type { AnomalyType, SignalName, SignalUnit } from '@observatory/contracts';

const SIGNAL_WORDS: Record<SignalName, string> = {
  requests: 'requests',
  errors: 'failed requests',
  clientErrors: 'requests with client errors',
  latencyP50: 'median latency',
  latencyP95: '95th percentile of latency',
  latencyP99: '99th percentile of latency',
  latencyMean: 'mean latency',
  sentBytes: 'bytes sent',
  receivedBytes: 'bytes received',
  connections: 'connections opened',
  flags: 'connections that failed',
  denials: 'denied requests',
  authFailures: 'requests with wrong credentials',
  mtlsShare: 'share under mutual TLS',
  newCallees: 'destinations never called before',
  regularity: 'regularity of connections',
};

const TYPE_WORDS: Record<AnomalyType, string> = {
  errors: 'More requests fail',
  'client-errors': 'More requests are refused as wrong',
  latency: 'Slower answers',
  'traffic-spike': 'More traffic than usual',
  'traffic-drop': 'Less traffic than usual',
  bytes: 'More data than usual',
  connections: 'More connections than usual',
  exfiltration: 'Possible exfiltration',
  'lateral-movement': 'Possible lateral movement',
  'denial-of-service': 'Possible denial of service',
  'brute-force': 'Possible credential brute force',
  'credential-spraying': 'Possible credential spraying',
  scanning: 'Possible scanning',
  beaconing: 'Possible beaconing',
  plaintext: 'Plain text where there was mutual TLS',
  'denied-requests': 'Surge of denied requests',
};

const digits = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

function byteWords(value: number): string {
  if (value >= 1e9) return `${digits(value / 1e9)} GB`;
  if (value >= 1e6) return `${digits(value / 1e6)} MB`;
  return value >= 1000 ? `${digits(value / 1000)} kB` : `${digits(value)} B`;
}

export function amountWords(value: number, unit: SignalUnit): string {
  switch (unit) {
    case 'ratio':
      return `${digits(100 * value)} %`;
    case 'ms':
      return value >= 1000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
    case 'bytesPerSecond':
      return `${byteWords(value)}/s`;
    case 'perSecond':
      return `${digits(value)}/s`;
    case 'count':
      return digits(value);
  }
}

export interface Compared {
  signal: SignalName;
  unit: SignalUnit;
  observed: number;
  expected: number | null;
  low: number | null;
  high: number | null;
}

export function evidenceWords({ signal, unit, observed, expected, low, high }: Compared): string {
  const seen = `${SIGNAL_WORDS[signal]}: ${amountWords(observed, unit)}`;
  if (expected === null) return seen;
  const band = low === null || high === null ? '' : ` (${amountWords(low, unit)} to ${amountWords(high, unit)})`;
  return `${seen} where about ${amountWords(expected, unit)} is usual${band}`;
}

export const titleOf = (type: AnomalyType, label: string): string => `${TYPE_WORDS[type]}: ${label}`;
