/**
 * Asks every service how it is, all the time, so that one that is killed shows within seconds, whoever asks for what.
 * Nobody there is known at once; silence counts after two polls, since a busy service may miss one.
 */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SERVICE_NAMES, statusSubject, type ServiceStatus, type SourceFreshness, type SuiteStatus } from '@observatory/contracts';
import { asDomainError, DomainError, NatsLink, Requester, ServiceInfo } from '@observatory/platform';
import { Services, type Asked } from '../answers/services.js';
import { CONFIG, type GatewayConfig } from '../config.js';
import { fingerprint, sourcesOf, type ServiceState } from './suite-status.js';

const POLL_MS = 1000;
const ANSWER_WITHIN_MS = 1500;
const SILENT_POLLS = 2;

const OTHERS = SERVICE_NAMES.filter((name): name is Asked => name !== 'gateway');

@Injectable()
export class SuiteWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SuiteWatch.name);
  private readonly states = new Map<Asked, ServiceState>();
  private readonly silences = new Map<Asked, number>();
  private readonly listeners: ((status: SuiteStatus) => void)[] = [];
  private readonly startedAt = new Date().toISOString();
  private seen = '';
  private stopped = false;

  constructor(
    private readonly requester: Requester,
    private readonly services: Services,
    private readonly link: NatsLink,
    private readonly info: ServiceInfo,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {
    for (const service of OTHERS) this.states.set(service, { service, state: 'down', since: this.startedAt, detail: 'not asked yet' });
  }

  onApplicationBootstrap(): void {
    for (const service of OTHERS) void this.watch(service);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Told when the state of a service, or of something that it leans on, is another than before. */
  onChange(listener: (status: SuiteStatus) => void): void {
    this.listeners.push(listener);
  }

  current(): SuiteStatus {
    const own = this.info.status();
    const gateway: ServiceState = { service: 'gateway', state: own.state, since: own.startedAt, status: own };
    const services = [gateway, ...this.states.values()];
    return {
      generatedAt: new Date().toISOString(),
      sources: this.sources(),
      demo: this.config.OBSERVATORY_DEMO_URL !== undefined,
      windowSec: this.config.OBSERVATORY_WINDOW_SEC,
      services,
    };
  }

  private sources(): SourceFreshness[] {
    return sourcesOf([...this.states.values()]);
  }

  private async watch(service: Asked): Promise<void> {
    await this.services.whenStarted();
    while (!this.stopped) {
      const askedAt = performance.now();
      await this.poll(service);
      this.tell();
      const rest = Math.max(POLL_MS - (performance.now() - askedAt), 50);
      await new Promise((resolve) => setTimeout(resolve, rest).unref());
    }
  }

  private async poll(service: Asked): Promise<void> {
    try {
      const status = await this.requester.request(statusSubject(service), {}, { timeoutMs: ANSWER_WITHIN_MS });
      this.silences.delete(service);
      this.become(service, status.state, status);
    } catch (thrown) {
      const silent = (this.silences.get(service) ?? 0) + 1;
      this.silences.set(service, silent);
      const error = asDomainError(thrown);
      if (error.code !== 'service/timeout' || silent >= SILENT_POLLS) this.isDown(service, error);
    }
  }

  private isDown(service: Asked, error: DomainError): void {
    const known = this.states.get(service);
    const message = this.link.isUp ? `The ${service} service does not answer` : 'NATS does not answer, so nothing is known of this service';
    this.become(service, 'down', known?.status, message);
    const away = this.link.isUp ? new DomainError('service/unavailable', { message, service }, { cause: error }) : error;
    this.services.markAway(service, away, new Date(this.states.get(service)?.since ?? this.startedAt));
  }

  private become(service: Asked, state: ServiceState['state'], status: ServiceStatus | undefined, detail?: string): void {
    const known = this.states.get(service);
    const first = known?.detail === 'not asked yet';
    const changed = known?.state !== state || first;
    const since = changed ? this.sinceOf(state, status, first) : known.since;
    this.states.set(service, { service, state, since, ...(detail ? { detail } : {}), ...(status ? { status } : {}) });
    if (state !== 'down') this.services.markPresent(service);
    if (changed && !first) this.logger.log(`${service}: ${state}`);
  }

  /** The first answer tells how long it has been up; later changes are as old as our seeing them. */
  private sinceOf(state: ServiceState['state'], status: ServiceStatus | undefined, first: boolean): string {
    return first && state !== 'down' && status ? status.startedAt : new Date().toISOString();
  }

  private tell(): void {
    const status = this.current();
    const print = fingerprint(status);
    if (print === this.seen) return;
    this.seen = print;
    for (const listener of this.listeners) listener(status);
  }
}
