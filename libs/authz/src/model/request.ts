/**
 * One request or connection, as facts. A fact left out is absent: no header, no identity, no token.
 * Invariant: `jwt.claims` is the validated token and the truth of everything about the token.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Request {
  readonly id?: string | undefined;
  readonly protocol: 'http' | 'tcp';
  readonly source?:
    | {
        /** `<trust domain>/ns/<namespace>/sa/<service account>`, without `spiffe://`; absent: no mutual TLS. */
        readonly principal?: string | undefined;
        readonly namespace?: string | undefined;
        readonly ip?: string | undefined;
        /** Absent: as `ip`. */
        readonly remoteIp?: string | undefined;
        /** Of the calling pod and its namespace: NetworkPolicies ask for them. */
        readonly labels?: Readonly<Record<string, string>> | undefined;
        readonly namespaceLabels?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly method?: string | undefined;
  /** As on the wire, query included. */
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly jwt?:
    | {
        readonly claims?: Readonly<Record<string, Json>> | undefined;
        /** There is a token, and it is not valid: it says nothing. */
        readonly invalid?: boolean | undefined;
      }
    | undefined;
  readonly sni?: string | undefined;
  readonly destinationIp?: string | undefined;
  readonly extAuthz?: Readonly<Record<string, 'ALLOW' | 'DENY'>> | undefined;
  readonly filterMetadata?: Readonly<Record<string, Readonly<Record<string, Json>>>> | undefined;
  /** Facts that are not known, by path: `path`, `source.principal`, `headers.x-user`, `jwt`, `extAuthz.opa`… */
  readonly unknown?: readonly string[] | undefined;
}
