/**
 * The services behind the gateway, each behind a circuit breaker: one that does not answer costs a caller
 * a moment once, not every caller a timeout. What SuiteWatch sees of a service opens and closes its breaker too.
 */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SERVICE_NAMES, type RequestSubject, type ServiceName } from '@observatory/contracts';
import { asDomainError, DomainError, NatsLink, Requester, type JsonBytes } from '@observatory/platform';
import CircuitBreaker from 'opossum';

/** An open breaker lets one request try again after this long. */
const RETRY_AFTER_MS = 1000;
const START_WITHIN_MS = 1000;
const ROLLING_MS = 10_000;
const FAILURES_TO_OPEN_PERCENT = 50;
const REQUESTS_TO_OPEN = 3;

export type Asked = Exclude<ServiceName, 'gateway'>;
type Call = [subject: RequestSubject, payload: unknown, timeoutMs: number];

interface Door {
  breaker: CircuitBreaker<Call, JsonBytes>;
  /** Why and since when it does not answer. */
  away: { since: Date; error: DomainError } | undefined;
  /** Told when it is seen to be away: requests that wait for it need not wait longer. */
  waiting: Set<(error: DomainError) => void>;
}

@Injectable()
export class Services implements OnApplicationShutdown {
  private readonly doors = new Map<Asked, Door>();

  /** Over once NATS was reached, or after a moment: who asks while we start need not see an error that is none. */
  private readonly started: Promise<unknown>;

  constructor(
    private readonly requester: Requester,
    link: NatsLink,
  ) {
    this.started = Promise.race([link.ready, new Promise((resolve) => setTimeout(resolve, START_WITHIN_MS).unref())]);
    for (const name of SERVICE_NAMES) if (name !== 'gateway') this.doors.set(name, this.openDoor(name));
  }

  /** Rejects with `service/unavailable` where the service does not answer, with its own error where it does. */
  async ask(subject: RequestSubject, payload: unknown, timeoutMs: number): Promise<JsonBytes> {
    await this.started;
    const name = serviceOf(subject);
    const door = this.door(name);
    let giveUp: (error: DomainError) => void = () => undefined;
    const gone = new Promise<never>((_, reject) => (giveUp = reject));
    gone.catch(() => undefined);
    door.waiting.add(giveUp);
    try {
      const answer = await Promise.race([door.breaker.fire(subject, payload, timeoutMs), gone]);
      door.away = undefined;
      return answer;
    } catch (thrown) {
      throw this.failed(name, door, thrown);
    } finally {
      door.waiting.delete(giveUp);
    }
  }

  whenStarted(): Promise<unknown> {
    return this.started;
  }

  /** Why and since when the service does not answer; undefined while it does, as far as is known. */
  awaySince(name: Asked): { since: Date; error: DomainError } | undefined {
    return this.door(name).away;
  }

  markAway(name: Asked, error: DomainError, since: Date): void {
    const door = this.door(name);
    door.away ??= { since, error };
    door.breaker.open();
    for (const giveUp of door.waiting) giveUp(error);
  }

  markPresent(name: Asked): void {
    const door = this.door(name);
    door.away = undefined;
    door.breaker.close();
  }

  onApplicationShutdown(): void {
    for (const { breaker } of this.doors.values()) breaker.shutdown();
  }

  private failed(name: Asked, door: Door, thrown: unknown): DomainError {
    if (CircuitBreaker.isOurError(thrown as Error)) return door.away?.error ?? unanswered(name, thrown);
    const error = asDomainError(thrown);
    if (!isAway(error)) return error;
    // One late answer may be one heavy question: whether the service is away, SuiteWatch tells.
    if (error.code === 'service/timeout') return unanswered(name, error);
    door.away ??= { since: new Date(), error };
    return error;
  }

  private openDoor(name: Asked): Door {
    const action = (...[subject, payload, timeoutMs]: Call) => this.requester.requestBytes(subject, payload, { timeoutMs });
    const breaker = new CircuitBreaker(action, {
      name,
      timeout: false,
      resetTimeout: RETRY_AFTER_MS,
      rollingCountTimeout: ROLLING_MS,
      errorThresholdPercentage: FAILURES_TO_OPEN_PERCENT,
      volumeThreshold: REQUESTS_TO_OPEN,
      errorFilter: (error: Error) => !isAway(error),
    });
    return { breaker, away: undefined, waiting: new Set() };
  }

  private door(name: Asked): Door {
    return this.doors.get(name) as Door;
  }
}

export function serviceOf(subject: RequestSubject): Asked {
  return subject.subject.split('.')[2] as Asked;
}

/** The service said nothing, as opposed to saying no. */
function isAway(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'service/unavailable' || error.code === 'service/timeout');
}

function unanswered(service: Asked, cause: unknown): DomainError {
  return new DomainError('service/unavailable', { message: `The ${service} service does not answer`, service }, { cause });
}
