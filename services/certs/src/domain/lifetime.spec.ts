import { lifetimeStatus, thresholdsOf, type LifetimeInput } from './lifetime.js';

const NOW = Date.parse('2026-06-03T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** `age` and `left` in hours; without age only the end is known. */
function input(kind: LifetimeInput['kind'], ageHours: number | null, leftHours: number, more: Partial<LifetimeInput> = {}): LifetimeInput {
  const notBefore = ageHours === null ? {} : { notBefore: NOW - ageHours * HOUR };
  return { kind, mesh: 'istio', ...notBefore, notAfter: NOW + leftHours * HOUR, trusted: true, now: NOW, ...more };
}
function check(given: LifetimeInput, status: string, more: object = {}): void {
  expect(lifetimeStatus(given)).toMatchObject({ status, ...more });
}

describe('a leaf of a day', () => {
  it('is not expiring at birth, and is valid until its renewal', () => {
    check(input('workload', 0, 24), 'valid', { renewalAt: NOW + 12 * HOUR });
    check(input('workload', 12, 12), 'valid');
  });
  it('is due after half of its life, stuck after three fifths, critical in the last seventh', () => {
    check(input('workload', 12.5, 11.5), 'renewalDue');
    check(input('workload', 14.3, 9.7), 'renewalDue');
    check(input('workload', 14.5, 9.5), 'rotationStuck');
    check(input('workload', 18, 6), 'rotationStuck', { reason: 'was to be renewed 6 h ago; 6 h left of 24 h' });
    check(input('workload', 21, 3), 'critical');
    check(input('workload', 25, -1), 'expired', { reason: 'expired 60 min ago' });
  });
  it('of Linkerd is renewed at seven tenths', () => {
    const linkerd = { mesh: 'linkerd' } as const;
    check(input('workload', 15, 9, linkerd), 'valid');
    check(input('workload', 17.5, 6.5, linkerd), 'renewalDue');
    check(input('workload', 19.5, 4.5, linkerd), 'rotationStuck');
    check(input('workload', 22, 2, linkerd), 'critical');
  });
  it('of ninety days is judged as a leaf all the same', () => {
    check(input('workload', 40 * 24, 50 * 24), 'valid');
    check(input('workload', 60 * 24, 30 * 24), 'rotationStuck');
  });
  it('of which only the end is known has the life that is usual', () => {
    check(input('workload', null, 20), 'valid');
    check(input('workload', null, 8), 'rotationStuck', { reason: 'was to be renewed 4 h ago; 8 h left, of 24 h as is usual' });
    check(input('workload', null, 0.7, { usualLifetime: HOUR }), 'valid');
    check(input('workload', null, 0.3, { usualLifetime: HOUR }), 'rotationStuck');
    check(input('workload', null, 400), 'valid');
  });
});

describe('what lives long', () => {
  const years = 365 * 24;
  it('has thresholds that its length allows', () => {
    const of = (days: number) => thresholdsOf({ notBefore: 0, notAfter: days * DAY });
    expect([of(3650), of(365), of(90), of(21), of(14)]).toEqual([[7, 30, 60, 90], [7, 30, 60, 90], [7, 30], [7], []]);
    expect(thresholdsOf({ notAfter: DAY })).toEqual([7, 30, 60, 90]);
  });
  it('says which threshold it has passed', () => {
    check(input('root', 9 * years, 91 * 24), 'valid');
    expect(lifetimeStatus(input('root', 9 * years, 91 * 24)).thresholdDays).toBeUndefined();
    check(input('root', 9 * years, 89 * 24), 'valid', { thresholdDays: 90 });
    check(input('root', 9 * years, 59 * 24), 'valid', { thresholdDays: 60 });
    check(input('root', 9 * years, 29 * 24), 'expiring', { thresholdDays: 30 });
    check(input('root', 9 * years, 6 * 24), 'critical', { thresholdDays: 7 });
    check(input('issuer', null, 29 * 24), 'expiring', { thresholdDays: 30 });
  });
  it('of ninety days is not expiring at birth', () => check(input('gateway', 1, 89 * 24), 'valid'));
  it('is due, then stuck, when its keeper does not renew it', () => {
    const renewalTime = NOW - HOUR;
    check(input('gateway', 60 * 24, 30.5 * 24, { renewalTime }), 'renewalDue');
    check(input('gateway', 60 * 24, 25 * 24, { renewalTime: NOW - 5 * DAY }), 'rotationStuck');
    check(input('gateway', 80 * 24, 5 * 24, { renewalTime: NOW - 25 * DAY }), 'critical');
  });
  it('of ten days is judged by shares', () => check(input('gateway', 2 * 24, 8 * 24), 'valid'));
});

describe('any', () => {
  it('may be of the future, within what clocks differ by', () => {
    check(input('workload', -0.01, 24), 'valid');
    check(input('workload', -1, 24), 'notYetValid');
  });
  it('is untrusted before it is anything but expired', () => {
    check(input('workload', 1, 23, { trusted: false }), 'untrusted');
    check(input('workload', 25, -1, { trusted: false }), 'expired');
  });
});
