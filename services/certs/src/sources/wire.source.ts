/** What is served on the wire in one cluster, and of which endpoints it is not to be seen and why. */
import type { SourceFreshness, UnobservedReason } from '@observatory/contracts';
import { parseCertificate } from '../domain/parse.js';
import type { ParsedCertificate } from '../domain/parsed.js';
import type { Endpoint, Unreachable } from '../domain/targets.js';
import { wireObservation } from '../domain/wire.js';
import type { Observation } from '../domain/observation.js';
import type { Handshake } from './handshake.js';
import { WireSweeper } from './wire-sweeper.js';

/** Parsed certificates by their bytes: most of a sweep sees what the last one saw. */
const PARSED_MAX = 50_000;

export interface WireOptions {
  readonly intervalMs: number;
  readonly concurrency: number;
  readonly enabled: boolean;
}
/** How the last look at an endpoint went. */
export interface WireState {
  readonly endpoint: Endpoint;
  readonly at: number;
  readonly failed?: { readonly reason: UnobservedReason; readonly message: string };
}

export class WireSource {
  private readonly sweeper: WireSweeper;
  private readonly states = new Map<string, WireState>();
  private readonly parsed = new Map<string, ParsedCertificate>();
  private seenAt: number | undefined;
  private endpoints: readonly Endpoint[] = [];
  unreachable: readonly Unreachable[] = [];

  constructor(
    private readonly options: WireOptions,
    private readonly onSeen: (observation: Observation) => void,
  ) {
    this.sweeper = new WireSweeper({ ...options, onResult: (endpoint, outcome, at) => this.take(endpoint, outcome, at) });
  }

  get enabled(): boolean {
    return this.options.enabled;
  }

  plan({ endpoints, unreachable }: { endpoints: readonly Endpoint[]; unreachable: readonly Unreachable[] }, leads: boolean): void {
    this.endpoints = endpoints;
    this.unreachable = unreachable;
    const wanted = new Set(endpoints.map(({ key }) => key));
    for (const key of this.states.keys()) if (!wanted.has(key)) this.states.delete(key);
    this.sweeper.plan(this.options.enabled ? endpoints : []);
    if (leads && this.options.enabled) this.sweeper.start();
    else this.sweeper.stop();
  }

  stop(): void {
    this.sweeper.stop();
  }

  /** Something else says that this one has changed: look again as soon as the minute allows. */
  hurry(id: string): void {
    this.sweeper.hurry(id);
  }

  planned(): readonly Endpoint[] {
    return this.endpoints;
  }

  stateOf(key: string): WireState | undefined {
    return this.states.get(key);
  }

  /** Ids of the rows of which an endpoint has not been looked at yet. */
  untried(): Set<string> {
    if (!this.options.enabled) return new Set();
    return new Set(this.endpoints.filter(({ key }) => !this.states.has(key)).map(({ id }) => id));
  }

  freshness(cluster: string): SourceFreshness {
    const about = { name: 'TLS handshakes', cluster, freshAt: this.seenAt === undefined ? null : new Date(this.seenAt).toISOString() };
    if (!this.options.enabled) return { ...about, state: 'down', detail: 'switched off by CERTS_WIRE' };
    const failed = [...this.states.values()].filter((state) => state.failed).length;
    const detail = failed > 0 ? `${failed} of ${this.endpoints.length} endpoints do not show a certificate` : undefined;
    if (this.seenAt === undefined) return { ...about, state: 'down', detail: detail ?? 'nothing looked at yet' };
    const stale = Date.now() - this.seenAt > 3 * this.options.intervalMs;
    return { ...about, state: stale ? 'stale' : 'fresh', ...(detail === undefined ? {} : { detail }) };
  }

  private take(endpoint: Endpoint, outcome: Handshake, at: number): void {
    if (!outcome.ok) {
      this.states.set(endpoint.key, { endpoint, at, failed: { reason: outcome.reason, message: outcome.message } });
      return;
    }
    const chain = outcome.chain.map((der) => this.parse(der)).filter((one) => one !== undefined);
    const observation = wireObservation(endpoint, { chain, protocol: outcome.protocol, alpn: outcome.alpn, at });
    if (!observation) {
      this.states.set(endpoint.key, {
        endpoint,
        at,
        failed: { reason: 'garbage', message: 'what it showed is no certificate that we can read' },
      });
      return;
    }
    this.states.set(endpoint.key, { endpoint, at });
    this.seenAt = at;
    this.onSeen(observation);
  }

  private parse(der: Buffer): ParsedCertificate | undefined {
    const key = der.toString('latin1');
    const known = this.parsed.get(key);
    if (known) return known;
    const parsed = parseCertificate(der);
    if (this.parsed.size >= PARSED_MAX) this.parsed.clear();
    if (parsed) this.parsed.set(key, parsed);
    return parsed;
  }
}
