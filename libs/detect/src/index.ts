export { ALERT_SCORE, MEAN_TO_TAIL, PRESETS, RAREST, rarity, scoreOf, type Preset } from './score/score.js';
export { PRIOR_TAIL, quantileOf, tailRarity, type Tail } from './score/exponential-tail.js';
export { rankCauses, type Cause, type RankInput } from './rank/rank-causes.js';
export type { MetricSeries } from './rank/deviation.js';
export { ALERT_PAUSE_MS, scorer, type Observed, type Scorer } from './series/scorer.js';
export { COMPACT, GENEROUS, type MemorySize } from './series/layout.js';
export { clearRow, createStore, resized, restoreRow, saveRow, type Store } from './series/store.js';
export { observe, type BaselineState, type Context, type Reading, type Vote } from './series/observe.js';
export {
  DAY_SEC,
  HOUR_SEC,
  logOf,
  QuantityBaselines,
  valueOf,
  type Judgement,
  type Place,
  type QuantitySpec,
  type QuantityState,
} from './baselines/quantity-baselines.js';
export { CountBaselines, type CountJudgement, type Counted, type CountSpec, type CountState } from './baselines/count-baselines.js';
export { RelationBaselines, type RelationState } from './baselines/relation-baselines.js';
export { betaBinomialRarity, logGamma, type Ratio } from './detectors/beta-binomial.js';
export { iqrDistance, quantile, robustZ, sampleOf, zScore, type Sample } from './detectors/spread.js';
export { CUSUM_LIMIT, NO_CUSUM, seepage, stepCusum, type CusumState } from './detectors/cusum.js';
export { IsolationForest, type ForestModel, type ForestOptions } from './forest/isolation-forest.js';
export { learnWhitening, whitened, type Whitening } from './forest/whiten.js';
export { CallGraph, type Call, type GraphEdge } from './graph/call-graph.js';
export { incidentCauses } from './incidents/causes.js';
export { isOver } from './incidents/is-over.js';
export { blastRadiusOf } from './incidents/blast-radius.js';
export { changesBefore, type RecordedChange } from './incidents/changes.js';
export {
  advanceIncidents,
  REOPEN_WITHIN_MS,
  worse,
  type IncidentChangeKind,
  type IncidentState,
  type IncidentStep,
} from './incidents/lifecycle.js';
export { nameOf, TECHNIQUES, type Flow, type SecurityFinding } from './security/flow.js';
export { SecurityWatch, type SecurityContext } from './security/watch.js';
