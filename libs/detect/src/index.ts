export { ALERT_SCORE, PRESETS, RAREST, rarity, scoreOf, type Preset } from './score/score.js';
export { PRIOR_TAIL, tailRarity, type Tail } from './score/exponential-tail.js';
export { rankCauses, type CallGraph, type Cause, type MetricSeries, type RankInput } from './rank/rank-causes.js';
export { scorer, type Observed, type Scorer } from './series/scorer.js';
