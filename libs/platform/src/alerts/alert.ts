/**
 * Alerts: what a service wants people to know, each said once when it begins, once each time that it becomes worse, and once when
 * it is over.
 *
 * A service works out which alerts hold now, and gives the book the whole set of a scope (`AlertBook.sync`), or one by one
 * (`raise`, `withdraw`), in the transaction of its own writes where it has one. The book writes down what changed together
 * with what has to be told to whom (a transactional outbox); the dispatcher tells it: as an event on NATS, and to webhooks.
 * Invariants: an alert is open at most once for its key, through restarts and replicas; a transition that was committed is
 * told at least once, in order, with the same id each time, so that whoever listens can tell a repetition from news.
 */
export const ALERT_SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export interface Alert {
  /** What makes two alerts the same, e.g. `<certificate>|expired`. */
  readonly key: string;
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly detail: string;
  /** For routing, by whoever gets it: cluster, namespace, workload, … */
  readonly labels: Readonly<Record<string, string>>;
  /** Where a person sees more, below the suite's public URL: `/certificates/…`. */
  readonly path?: string;
  /** The service's own facts, kept as they are. */
  readonly data?: unknown;
}

export interface StoredAlert extends Alert {
  readonly id: string;
  readonly scope: string;
  readonly raisedAt: Date;
  readonly withdrawnAt?: Date;
  readonly withdrawnBecause?: string;
}

/** `worsened`: still the same, and more severe than when it was told last. */
export type Transition = 'raised' | 'worsened' | 'withdrawn';

/** One thing to tell. `id` is the same however often it is told. */
export interface AlertNews {
  readonly id: string;
  readonly transition: Transition;
  readonly alert: StoredAlert;
}

/** Puts the news on NATS; the id is the message's. Rejects when it was not stored: it is tried again. */
export type PublishAlert = (news: AlertNews) => Promise<void>;

export interface AlertDelivery {
  readonly alertId: string;
  readonly webhook: string;
  readonly transition: Transition;
  readonly state: 'waiting' | 'delivered' | 'given-up';
  readonly attempts: number;
  readonly lastError?: string;
  readonly at: Date;
}
