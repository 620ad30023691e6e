/** What we know of one X.509 certificate. Times are milliseconds since 1970. */
export interface ParsedCertificate {
  /** SHA-256 of the DER, lower case hex. */
  readonly fingerprint: string;
  /** `O=Istio, CN=Root CA`; '' where the names are in the SAN only, as Istio's leafs have it. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName?: string;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isCa: boolean;
  readonly keyAlgorithm: string;
  readonly keyBits: number | null;
  readonly signatureAlgorithm: string;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly der: Buffer;
}

export const selfIssued = ({ subject, issuer }: Pick<ParsedCertificate, 'subject' | 'issuer'>): boolean => subject === issuer;
