/**
 * A request prepared for deciding: each fact in the form that the matchers want, made when first looked at.
 * Invariant: deciding never looks at the request itself.
 */
import { parseIp, type IpAddress } from '../match/ip-range.js';
import { normalizedPath } from '../match/path.js';
import { asciiLowerCase } from '../match/string-matcher.js';
import type { Claims } from '../match/token.js';
import type { MeshSettings } from '../model/policy.js';
import type { Json, Request } from '../model/request.js';

export class Facts {
  readonly identity: string | undefined;
  readonly isHttp: boolean;
  private pathSeen: string | undefined;
  private headersSeen: Map<string, string> | undefined;

  constructor(
    readonly request: Request,
    private readonly normalization: MeshSettings['pathNormalization'],
  ) {
    const principal = request.source?.principal;
    this.identity = principal === undefined ? undefined : `spiffe://${principal}`;
    this.isHttp = request.protocol === 'http';
  }

  get path(): string | undefined {
    if (this.pathSeen === undefined && this.request.path !== undefined)
      this.pathSeen = normalizedPath(this.request.path, this.normalization);
    return this.pathSeen;
  }

  get claims(): Claims {
    return this.request.jwt?.claims;
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
    if (name === ':path') return this.request.path;
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
