/**
 * A backtest as a conversation: it begins, is told steps of history, and ends with what each configuration would have raised.
 * Every configuration sees the same steps. Invariant: steps come oldest first; those up to `fromMs` are learned from and not judged.
 */
import type { DetectionConfig, EdgeSample } from '@observatory/contracts';
import type { DecisionsInForce } from './decisions-in-force.js';
import { Backtest, type BacktestRun } from './backtest.js';

export interface BacktestPlan {
  readonly cluster: string;
  readonly stepSec: number;
  readonly fromMs: number;
  readonly configs: readonly DetectionConfig[];
  /** Those of now, for the past too. */
  readonly decisions: DecisionsInForce;
}
export interface BacktestStep {
  readonly atMs: number;
  readonly edges: readonly EdgeSample[];
}
export interface BacktestOutcome {
  readonly subjects: number;
  readonly series: number;
  readonly learnedSteps: number;
  readonly judgedSteps: number;
  /** In the order of the plan's configurations. */
  readonly runs: readonly BacktestRun[];
}

export function backtestJobs() {
  let plan: BacktestPlan;
  let runs: Backtest[] = [];
  let [learnedSteps, judgedSteps] = [0, 0];
  return {
    begin(given: BacktestPlan): void {
      plan = given;
      runs = plan.configs.map((config) => new Backtest(plan.cluster, config, plan.decisions));
      [learnedSteps, judgedSteps] = [0, 0];
    },
    add(steps: readonly BacktestStep[]): void {
      for (const { atMs, edges } of steps) {
        const isLearned = atMs <= plan.fromMs;
        for (const run of runs) run[isLearned ? 'learn' : 'judge'](atMs, plan.stepSec, edges);
        if (isLearned) learnedSteps += 1;
        else judgedSteps += 1;
      }
    },
    end(): BacktestOutcome {
      const { subjects, series } = runs[0]!;
      return { subjects, series, learnedSteps, judgedSteps, runs: runs.map((run) => run.result()) };
    },
  };
}
export type BacktestJobs = ReturnType<typeof backtestJobs>;
