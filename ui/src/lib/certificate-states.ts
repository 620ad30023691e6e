/**
 * States of certificates in words, for every page that names one.
 * Invariant: worst first; a renewal that is due is nothing to worry about, since it is about to happen by itself.
 */
import type { CertificateStatus } from '@observatory/contracts';

export type StatusTone = 'quiet' | 'amber' | 'red';

export interface StatusWords {
  label: string;
  /** After a count: `3 past their renewal`. */
  counted: string;
  /** What the state means, for a title. */
  meaning: string;
  tone: StatusTone;
}

export const STATUS_WORDS: Record<CertificateStatus, StatusWords> = {
  expired: { label: 'Expired', counted: 'expired', meaning: 'Its end has passed: peers that check refuse it', tone: 'red' },
  untrusted: { label: 'Untrusted', counted: 'untrusted', meaning: 'Its chain ends at no root of the mesh', tone: 'red' },
  critical: {
    label: 'About to expire',
    counted: 'about to expire',
    meaning: 'Little is left of it, and it was to be renewed before',
    tone: 'red',
  },
  rotationStuck: {
    label: 'Rotation stuck',
    counted: 'past their renewal',
    meaning: 'So far past its renewal that the renewal must have failed',
    tone: 'amber',
  },
  notYetValid: {
    label: 'Not yet valid',
    counted: 'not valid yet',
    meaning: 'It begins in the future: it, or a clock, is wrong',
    tone: 'amber',
  },
  expiring: { label: 'Expiring', counted: 'expiring', meaning: 'At most 30 days are left of a long life', tone: 'amber' },
  renewalDue: {
    label: 'Renewal due',
    counted: 'about to be renewed',
    meaning: 'Past the instant at which its holder renews it, not long enough to worry',
    tone: 'quiet',
  },
  valid: { label: 'Valid', counted: 'valid', meaning: 'Within its dates, and not due for renewal', tone: 'quiet' },
};

/** Worst first. */
export const STATUSES = Object.keys(STATUS_WORDS) as CertificateStatus[];
export const needsSomebody = (status: CertificateStatus): boolean => STATUS_WORDS[status].tone !== 'quiet';
