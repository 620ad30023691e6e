/**
 * A request prepared for deciding: each fact in the form that the matchers want, made when first looked at.
 * Invariant: deciding never looks at the request itself.
 */
import { parseIp, type IpAddress } from '../match/ip-range.js';
import { normalizedPath, pathHeader } from '../match/path.js';
import { asciiLowerCase } from '../match/string-matcher.js';
import { normalizedClaims, type Claims } from '../match/token.js';
import type { MeshSettings } from '../model/policy.js';
import type { Json, Request } from '../model/request.js';

export interface FactsOptions {
  readonly normalization: MeshSettings['pathNormalization'];
  /** ztunnel sees connections, whatever flows in them. */
  readonly seesHttp: boolean;
  /** Claims, beyond the usual ones, that hold lists separated by spaces; by issuer of the token. */
  readonly spaceDelimitedClaims: (issuer: unknown) => readonly string[];
}

const SCHEME = 'spiffe://';

export class Facts {
  /** Without `spiffe://`. */
  readonly principal: string | undefined;
  readonly identity: string | undefined;
  readonly isHttp: boolean;
  private pathSeen: string | undefined;
  private headersSeen: Map<string, string> | undefined;
  private claimsSeen: { readonly claims: Claims } | undefined;

  constructor(
    readonly request: Request,
    private readonly options: FactsOptions,
  ) {
    const given = request.source?.principal;
    this.principal = given?.startsWith(SCHEME) ? given.slice(SCHEME.length) : given || undefined;
    this.identity = this.principal === undefined ? undefined : SCHEME + this.principal;
    this.isHttp = request.protocol === 'http' && options.seesHttp;
  }

  get path(): string | undefined {
    if (this.pathSeen === undefined && this.request.path !== undefined)
      this.pathSeen = normalizedPath(this.request.path, this.options.normalization);
    return this.pathSeen;
  }

  get claims(): Claims {
    if (this.claimsSeen) return this.claimsSeen.claims;
    const given = this.request.jwt?.invalid ? undefined : this.request.jwt?.claims;
    this.claimsSeen = { claims: normalizedClaims(given, this.options.spaceDelimitedClaims(given?.['iss'])) };
    return this.claimsSeen.claims;
  }

  get sourceIp(): IpAddress | undefined {
    return ipOf(this.request.source?.ip);
  }

  get remoteIp(): IpAddress | undefined {
    return ipOf(this.request.source?.remoteIp ?? this.request.source?.ip);
  }

  get destinationIp(): IpAddress | undefined {
    return ipOf(this.request.destinationIp);
  }

  /** No SNI is an empty one. */
  get sni(): string {
    return asciiLowerCase(this.request.sni ?? '');
  }

  /** Names compare without case; the pseudo headers are the request's own line. */
  header(name: string): string | undefined {
    if (name === ':authority' || name === 'host') return this.request.host;
    if (name === ':method') return this.request.method;
    if (name === ':path') return this.request.path === undefined ? undefined : pathHeader(this.request.path, this.options.normalization);
    this.headersSeen ??= new Map(Object.entries(this.request.headers ?? {}).map(([key, value]) => [asciiLowerCase(key), value]));
    return this.headersSeen.get(name);
  }

  metadata(filter: string, key: string): Json | undefined {
    const values = this.request.filterMetadata?.[filter];
    return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
  }
}

function ipOf(text: string | undefined): IpAddress | undefined {
  return text === undefined ? undefined : parseIp(text);
}
