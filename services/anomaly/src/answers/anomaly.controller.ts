/** The anomaly service's door on NATS. */
import { Controller } from '@nestjs/common';
import {
  ANOMALY_SUBJECTS,
  type AllowRequest,
  type AnomalyListRequest,
  type BacktestEnd,
  type BacktestRun,
  type BaselineRequest,
  type DecideRequest,
  type FeedbackRequest,
  type IncidentListRequest,
  type IncidentTimelineRequest,
  type RuleEndRequest,
  type RuleListRequest,
  type ScoresRequest,
  type SignalSeriesRequest,
  type SuppressRequest,
} from '@observatory/contracts';
import { Answers, Asked } from '@observatory/platform';
import { DecisionRepository } from '../decisions/decision.repository.js';
import { DecisionService } from '../decisions/decision.service.js';
import { BacktestAnswers } from '../backtest/backtest-answers.service.js';
import { IncidentAnswers } from './incident-answers.service.js';
import { ScoreAnswers } from './score-answers.service.js';
import { SignalAnswers } from './signal-answers.service.js';

const now = () => new Date().toISOString();

@Controller()
export class AnomalyController {
  constructor(
    private readonly incidents: IncidentAnswers,
    private readonly scoring: ScoreAnswers,
    private readonly signalling: SignalAnswers,
    private readonly backtests: BacktestAnswers,
    private readonly decisions: DecisionService,
    private readonly rules: DecisionRepository,
  ) {}

  @Answers(ANOMALY_SUBJECTS.incidentList)
  listIncidents(@Asked(ANOMALY_SUBJECTS.incidentList) request: IncidentListRequest) {
    return this.incidents.list(request);
  }

  @Answers(ANOMALY_SUBJECTS.incidentGet)
  getIncident(@Asked(ANOMALY_SUBJECTS.incidentGet) { id }: { id: string }) {
    return this.incidents.get(id);
  }

  @Answers(ANOMALY_SUBJECTS.incidentTimeline)
  timeline(@Asked(ANOMALY_SUBJECTS.incidentTimeline) request: IncidentTimelineRequest) {
    return this.incidents.timeline(request);
  }

  @Answers(ANOMALY_SUBJECTS.anomalyList)
  listAnomalies(@Asked(ANOMALY_SUBJECTS.anomalyList) request: AnomalyListRequest) {
    return this.incidents.anomalies(request);
  }

  @Answers(ANOMALY_SUBJECTS.anomalyGet)
  getAnomaly(@Asked(ANOMALY_SUBJECTS.anomalyGet) { id }: { id: string }) {
    return this.incidents.anomaly(id);
  }

  @Answers(ANOMALY_SUBJECTS.decide)
  decide(@Asked(ANOMALY_SUBJECTS.decide) request: DecideRequest) {
    return this.decisions.decide(request);
  }

  @Answers(ANOMALY_SUBJECTS.feedback)
  judge(@Asked(ANOMALY_SUBJECTS.feedback) request: FeedbackRequest) {
    return this.decisions.judge(request);
  }

  @Answers(ANOMALY_SUBJECTS.scores)
  scores(@Asked(ANOMALY_SUBJECTS.scores) request: ScoresRequest) {
    return this.scoring.scores(request);
  }

  @Answers(ANOMALY_SUBJECTS.signals)
  signals(@Asked(ANOMALY_SUBJECTS.signals) request: SignalSeriesRequest) {
    return this.signalling.signals(request);
  }

  @Answers(ANOMALY_SUBJECTS.baseline)
  baseline(@Asked(ANOMALY_SUBJECTS.baseline) request: BaselineRequest) {
    return this.scoring.baseline(request);
  }

  @Answers(ANOMALY_SUBJECTS.suppressionList)
  async suppressions(@Asked(ANOMALY_SUBJECTS.suppressionList) request: RuleListRequest) {
    return { generatedAt: now(), suppressions: await this.rules.suppressions(request) };
  }

  @Answers(ANOMALY_SUBJECTS.suppress)
  suppress(@Asked(ANOMALY_SUBJECTS.suppress) request: SuppressRequest) {
    return this.decisions.suppress(request);
  }

  @Answers(ANOMALY_SUBJECTS.suppressionEnd)
  endSuppression(@Asked(ANOMALY_SUBJECTS.suppressionEnd) request: RuleEndRequest) {
    return this.decisions.end('suppression', request);
  }

  @Answers(ANOMALY_SUBJECTS.allowanceList)
  async allowances(@Asked(ANOMALY_SUBJECTS.allowanceList) request: RuleListRequest) {
    return { generatedAt: now(), allowances: await this.rules.allowances(request) };
  }

  @Answers(ANOMALY_SUBJECTS.allow)
  allow(@Asked(ANOMALY_SUBJECTS.allow) request: AllowRequest) {
    return this.decisions.allow(request);
  }

  @Answers(ANOMALY_SUBJECTS.allowanceEnd)
  endAllowance(@Asked(ANOMALY_SUBJECTS.allowanceEnd) request: RuleEndRequest) {
    return this.decisions.end('allowance', request);
  }

  @Answers(ANOMALY_SUBJECTS.backtest)
  backtest(@Asked(ANOMALY_SUBJECTS.backtest) request: BacktestRun) {
    return this.backtests.run(request);
  }

  @Answers(ANOMALY_SUBJECTS.backtestEnd)
  endBacktest(@Asked(ANOMALY_SUBJECTS.backtestEnd) request: BacktestEnd) {
    return this.backtests.end(request);
  }
}
