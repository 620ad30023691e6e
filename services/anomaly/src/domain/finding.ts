/** What one window says against one subject: a type, a score, and the reasons. */
import type { AnomalyEvidence, AnomalyType, AttackTechnique, BaselineStage, Severity, SignalName } from '@observatory/contracts';
import type { Known } from './subjects.js';

export interface Finding {
  readonly subject: Known;
  readonly type: AnomalyType;
  readonly score: number;
  readonly severity: Severity;
  /** Strongest first; `since` is put in when an anomaly begins. */
  readonly evidence: readonly Omit<AnomalyEvidence, 'since'>[];
  readonly requestsPerSecond: number | null;
  readonly technique?: AttackTechnique;
  readonly about?: Readonly<Record<string, string>>;
  readonly title?: string;
  /** Windows that must agree, where the pattern itself sums over time. */
  readonly needed?: number;
}

export interface SubjectScore {
  readonly subject: Known;
  /** Null: nothing can be said yet. */
  readonly score: number | null;
  readonly stage: BaselineStage;
  readonly signal?: SignalName;
  readonly type?: AnomalyType;
}
