import type { CertificateHealth, CertificateStatus } from '@observatory/contracts';
import { certificatePaint } from './certificate-paint.js';

const workload = (workloadId: string, status: CertificateStatus): CertificateHealth['workloads'][number] => ({
  workloadId,
  cluster: 'demo',
  namespace: 'shop',
  name: workloadId,
  status,
  reason: '',
  certificates: 1,
  unhealthy: 0,
  remainingSec: 1,
  certificateId: 'c',
});

describe('certificatePaint', () => {
  const check = (status: CertificateStatus, expected: string) =>
    expect(certificatePaint({ workloads: [workload('w', status)], unobserved: [] }).nodes).toEqual({ w: expected });
  it('by the worst certificate', () => {
    check('valid', 'encrypted');
    check('renewalDue', 'encrypted');
    check('rotationStuck', 'degraded');
    check('notYetValid', 'degraded');
    check('expiring', 'degraded');
    check('critical', 'failing');
    check('expired', 'failing');
    check('untrusted', 'failing');
  });
  it('what is not seen is not known, and what is seen after all wins', () => {
    const unseen = { workloadId: 'w', cluster: 'demo', namespace: 'shop', name: 'w', reason: 'no port' };
    expect(certificatePaint({ workloads: [], unobserved: [unseen] }).nodes).toEqual({ w: 'unknown' });
    expect(certificatePaint({ workloads: [workload('w', 'valid')], unobserved: [unseen] }).nodes).toEqual({ w: 'encrypted' });
  });
  it('says it in words too', () => {
    const unseen = { workloadId: 'u', cluster: 'demo', namespace: 'shop', name: 'u', reason: 'no port' };
    expect(
      certificatePaint({ workloads: [{ ...workload('w', 'expired'), reason: 'expired 3 h ago' }], unobserved: [unseen] }).words,
    ).toEqual({
      u: 'certificate not seen (no port)',
      w: 'certificate expired 3 h ago',
    });
  });
});
