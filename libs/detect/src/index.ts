export { ALERT_SCORE, MEAN_TO_TAIL, PRESETS, RAREST, rarity, scoreOf, type Preset } from './score/score.js';
export { PRIOR_TAIL, quantileOf, tailRarity, type Tail } from './score/exponential-tail.js';
export { rankCauses, type CallGraph, type Cause, type MetricSeries, type RankInput } from './rank/rank-causes.js';
export { ALERT_PAUSE_MS, scorer, type Observed, type Scorer } from './series/scorer.js';
export { COMPACT, GENEROUS, type MemorySize } from './series/layout.js';
export { clearRow, createStore, resized, restoreRow, saveRow, type Store } from './series/store.js';
export { observe, type BaselineState, type Context, type Reading, type Vote } from './series/observe.js';
