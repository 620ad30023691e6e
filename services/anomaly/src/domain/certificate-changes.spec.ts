import type { CertificateChange } from '@observatory/contracts';
import type { RecordedChange } from '@observatory/detect';
import { certificateChanges } from './certificate-changes.js';

const AT = '2026-03-02T12:00:00.000Z';
const END = '2026-03-03T12:00:00.000Z';
const PLACE = { cluster: 'east', at: AT };
const CART: CertificateChange = {
  change: 'renewed',
  id: 'workload~east~shop~cart-1',
  kind: 'workload',
  namespace: 'shop',
  name: 'cart-1',
  workloadId: 'workload east/shop/cart',
  status: 'valid',
  notAfter: END,
  reason: 'as it should be',
};

describe('changes of certificates', () => {
  const check = (name: string, change: Partial<CertificateChange>, expected: Partial<RecordedChange> | undefined) =>
    it(name, () => {
      const found = certificateChanges({ ...PLACE, changes: [{ ...CART, ...change }] });
      expect(found).toEqual(expected === undefined ? [] : [expect.objectContaining({ ...PLACE, kind: 'certificate', ...expected })]);
      expect(found.some(({ isRoutine = false }) => isRoutine)).toBe(expected?.isRoutine ?? false);
    });

  check(
    'a rotation is one, of its workload',
    {},
    {
      namespace: 'shop',
      name: 'cart-1',
      nodes: ['workload east/shop/cart'],
      isRoutine: true,
      words: `the workload certificate of shop/cart-1 was rotated; the new one is valid until ${END}`,
    },
  );
  check(
    'a rotation to one that nobody trusts says so',
    { status: 'untrusted', previousStatus: 'valid' },
    { words: 'the workload certificate of shop/cart-1 was rotated; the new one is no longer trusted' },
  );
  check(
    'one that ended is one',
    { change: 'status', status: 'expired' },
    { words: 'the workload certificate of shop/cart-1 expired', nodes: ['workload east/shop/cart'] },
  );
  check('one that will end is none yet', { change: 'status', status: 'critical' }, undefined);
  check('one that is valid again is none', { change: 'status', status: 'valid', previousStatus: 'untrusted' }, undefined);
  check('one that appeared is none', { change: 'appeared' }, undefined);
  check('one that is gone is none', { change: 'gone', status: 'expired' }, undefined);
  check(
    'of an authority it is one everywhere',
    { kind: 'root', namespace: undefined, name: 'cluster.local', workloadId: undefined },
    { isEverywhere: true, namespace: '', words: `the root certificate of cluster.local was rotated; the new one is valid until ${END}` },
  );
  check('of nobody in particular it is one of its namespace', { kind: 'gateway', workloadId: undefined }, { namespace: 'shop' });
});
