/** What one source says of one certificate at one time. Rows of the inventory are made of these and of nothing else. */
import type { CertificateKind, CertificateSighting, CertificateSource } from '@observatory/contracts';
import type { ExpectedIdentity } from './identity.js';
import type { ManagedFact } from './kube-facts.js';
import type { ParsedCertificate } from './parsed.js';

export interface Observation {
  readonly source: CertificateSource;
  readonly kind: CertificateKind;
  /** Of the row of whoever holds it. */
  readonly id: string;
  readonly mesh: 'istio' | 'linkerd';
  readonly cluster: string;
  readonly namespace?: string;
  readonly name: string;
  readonly workload?: { readonly name: string; readonly id: string };
  readonly observedAt: number;
  /** Absent: the source knows of its end only. */
  readonly leaf?: ParsedCertificate;
  readonly sent?: readonly ParsedCertificate[];
  /** Where the source names it without its bytes: lower case hex, no leading zeros. */
  readonly serial?: string;
  readonly notBefore?: number;
  readonly notAfter: number;
  /** What its holder asks for, in milliseconds, where its beginning is not known. */
  readonly usualLifetime?: number;
  readonly place: Omit<CertificateSighting, 'source' | 'observedAt'>;
  readonly identity?: ExpectedIdentity;
  readonly host?: string;
  readonly protocol?: string;
  readonly managed?: ManagedFact;
  /** Why its renewal fails, in the keeper's words. */
  readonly renewalFailing?: string;
}

export const bareSerial = (serial: string): string => serial.toLowerCase().replace(/^0+/, '');

/** Ends that differ by less are the same: metrics round to seconds, and gauges of "seconds left" are read a moment later. */
export const SAME_END_MS = 5000;
export const sameEnd = (a: number, b: number): boolean => Math.abs(a - b) <= SAME_END_MS;
