/**
 * The worst certificate of each workload, as colours on the map.
 * Invariant: a workload whose certificates nobody sees is marked as not known, never as well.
 */
import type { CertificateHealth, CertificateStatus } from '@observatory/contracts';
import { STATUS_WORDS } from '../../../lib/certificate-states.js';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';

const TONES: Record<CertificateStatus, PaintTone> = {
  expired: 'failing',
  untrusted: 'failing',
  critical: 'failing',
  rotationStuck: 'degraded',
  notYetValid: 'degraded',
  expiring: 'degraded',
  renewalDue: 'encrypted',
  valid: 'encrypted',
};

export function certificatePaint({ workloads, unobserved }: Pick<CertificateHealth, 'workloads' | 'unobserved'>): MapPaint {
  return {
    title: 'Certificates',
    legend: [
      { tone: 'encrypted', words: 'valid, or renewed in a moment', of: 'node' },
      { tone: 'degraded', words: 'rotation stuck, expiring or not valid yet', of: 'node' },
      { tone: 'failing', words: 'expired, about to, or untrusted', of: 'node' },
      { tone: 'unknown', words: 'in the mesh, not seen', of: 'node' },
      { tone: 'idle', words: 'traffic', of: 'edge' },
    ],
    nodes: Object.fromEntries([
      ...unobserved.map(({ workloadId }) => [workloadId, 'unknown'] as const),
      ...workloads.map(({ workloadId, status }) => [workloadId, TONES[status]] as const),
    ]),
    edges: {},
    words: Object.fromEntries([
      ...unobserved.map(({ workloadId, reason }) => [workloadId, `certificate not seen (${reason})`] as const),
      ...workloads.map(({ workloadId, status, reason }) => [workloadId, wordsOf(status, reason)] as const),
    ]),
  };
}

/** Reasons of some states begin with the state. */
function wordsOf(status: CertificateStatus, reason: string): string {
  const state = STATUS_WORDS[status].label.toLowerCase();
  return `certificate ${reason.startsWith(state) ? reason : `${state}: ${reason}`}`;
}
