import type { DemoFaultKind } from '@observatory/contracts';

/** The demo mesh's faults, in the words of someone who has to find them. */
export const FAULT_KINDS: Record<DemoFaultKind, { label: string; effect: string }> = {
  latency: { label: 'Slow answers', effect: 'A workload answers several times slower.' },
  errors: { label: 'Errors', effect: 'A share of its requests ends with 503.' },
  spike: { label: 'Traffic spike', effect: 'Several times the usual requests.' },
  exfiltration: { label: 'Data leaves', effect: 'A workload sends far more bytes out than it ever did.' },
  scan: { label: 'Scan', effect: 'A workload knocks at ports and services that it never called.' },
  lateral: { label: 'Lateral movement', effect: 'Calls along a path that nobody used before.' },
  'expiring-cert': { label: 'Certificate about to expire', effect: 'A certificate comes close to its end.' },
  flood: { label: 'Flood', effect: 'Far more requests than the workload can take; the rest is shed.' },
  'brute-force': { label: 'Credential brute force', effect: 'Logins with wrong passwords, answered with 401.' },
  beacon: { label: 'Beacon', effect: 'A workload calls a place outside as regularly as a clock.' },
  'stuck-rotation': { label: 'Rotation stuck', effect: 'A certificate is not renewed when it should be.' },
  'policy-deny': { label: 'Policy denies', effect: 'A policy turns away requests that worked before.' },
};
