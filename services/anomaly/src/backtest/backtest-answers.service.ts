/**
 * Runs configurations over stored history: read once, a few steps at a time, and judged by each in a thread of its own, so that live
 * windows are scored meanwhile. Invariant: one backtest at a time, over within WITHIN_MS or when its asker ends it; no more of history is
 * read than is worked off.
 */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  BACKTEST_SPAN_MAX_SEC,
  type BacktestEnd,
  type BacktestEnded,
  type BacktestReply,
  type BacktestRequest,
  type BacktestRun,
  type EdgeSample,
} from '@observatory/contracts';
import { DomainError, ThreadPool } from '@observatory/platform';
import { Head } from '../answers/head.service.js';
import { DecisionBook } from '../decisions/decision-book.service.js';
import { DetectionService } from '../detection/detection.service.js';
import { HistoryLoader, stepOf, type Learner } from '../detection/history-loader.js';
import { Settings } from '../detection/settings.js';
import { scaledPersistence } from '../domain/backtest.js';
import type { BacktestJobs, BacktestOutcome, BacktestPlan, BacktestStep } from '../domain/backtest-jobs.js';
import { unknownWords } from '../domain/backtest-words.js';

const WARM_UP_MS = 3 * 86_400_000;
/** Edges times steps: beyond it an answer takes minutes. */
const EDGE_STEPS_MAX = 1_500_000;
/** Steps that go to the thread together. */
const TOGETHER = 4;
/** The gateway waits somewhat longer. */
const WITHIN_MS = 170_000;
const HEAP_MAX_MB = 512;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
interface Reading {
  readonly span: Span;
  /** A hiccup of metrics is waited for, as long as the backtest goes on. */
  readonly learner: Learner;
}

@Injectable()
export class BacktestAnswers implements OnApplicationShutdown {
  private readonly threads = new ThreadPool<BacktestJobs>({
    // The same from sources and from what is built of them.
    script: new URL('../../dist/backtest/worker.js', import.meta.url),
    threads: 1,
    waitingMax: 0,
    withinMs: WITHIN_MS,
    heapMaxMb: HEAP_MAX_MB,
    fresh: true,
    full: 'Another backtest is running: ask again when it is over',
  });

  private readonly running = new Map<string, AbortController>();

  constructor(
    private readonly detection: DetectionService,
    private readonly history: HistoryLoader,
    private readonly settings: Settings,
    private readonly decisions: DecisionBook,
    private readonly head: Head,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return this.threads.close();
  }

  end({ runId }: BacktestEnd): BacktestEnded {
    const running = this.running.get(runId);
    running?.abort(new DomainError('service/unavailable', { message: 'This backtest was ended by its asker' }));
    return { ended: running !== undefined };
  }

  async run({ runId, ...request }: BacktestRun): Promise<BacktestReply> {
    const abort = new AbortController();
    if (runId !== undefined) this.running.set(runId, abort);
    return this.answer(request, abort.signal).finally(() => runId !== undefined && this.running.delete(runId));
  }

  private async answer(request: BacktestRequest, signal: AbortSignal): Promise<BacktestReply> {
    const begin = performance.now();
    const span = { fromMs: Date.parse(request.from), toMs: Date.parse(request.to) };
    if (span.toMs - span.fromMs > BACKTEST_SPAN_MAX_SEC * 1000) throw new DomainError('request/invalid', { message: 'seven days at most' });
    const cluster = this.clusterOf(request.cluster);
    let isOver = false;
    const learner = { stopped: () => isOver, tell: () => undefined };
    const run = this.threads.use(async (ask) => {
      const plan = await this.plan(cluster, request, { span, learner });
      await ask('begin', plan);
      for await (const steps of this.steps(plan, request, { span, learner })) await ask('add', steps);
      return { plan, outcome: await ask('end', undefined) };
    }, signal);
    const done = await run.finally(() => (isOver = true));
    return this.reply(request, { ...done, span, tookMs: Math.round(performance.now() - begin) });
  }

  private async plan(cluster: string, request: BacktestRequest, { span: { fromMs, toMs }, learner }: Reading): Promise<BacktestPlan> {
    const edges = within(await this.history.edgesAt(cluster, toMs, learner), request.namespaces).length;
    const stepSec = stepOf(edges);
    const steps = (toMs - fromMs + WARM_UP_MS) / (stepSec * 1000);
    if (edges * steps > EDGE_STEPS_MAX)
      throw new DomainError('request/too-large', {
        message: `${edges} edges over ${Math.round(steps)} steps are too much: choose namespaces or a shorter span`,
      });
    const current = this.settings.detection;
    const configs = request.changed ? [current, { ...current, ...defined(request.changed) }] : [current];
    const scaled = configs.map((config) => scaledPersistence(config, this.settings.windowSec, stepSec));
    return { cluster, stepSec, fromMs, configs: scaled, decisions: this.decisions.inForce };
  }

  /** History from the warm-up on, oldest first, a few steps together. */
  private async *steps({ cluster, stepSec }: BacktestPlan, { namespaces }: BacktestRequest, { span, learner }: Reading) {
    const reach = { fromMs: span.fromMs - WARM_UP_MS, toMs: span.toMs, stepSec, learner };
    let steps: BacktestStep[] = [];
    for await (const { atMs, edges } of this.history.steps(cluster, reach)) {
      steps.push({ atMs, edges: within(edges, namespaces) });
      if (steps.length < TOGETHER) continue;
      yield steps;
      steps = [];
    }
    if (steps.length > 0) yield steps;
  }

  private reply({ from, to, namespaces }: BacktestRequest, { plan, outcome, span, tookMs }: Done): BacktestReply {
    const { cluster, stepSec } = plan;
    const { subjects, series, judgedSteps, learnedSteps, runs } = outcome;
    const [current, changed] = runs.map(({ omitted: _, ...run }) => run);
    const windowsExpected = Math.max(1, Math.floor((span.toMs - span.fromMs) / (stepSec * 1000)));
    const warmUpSec = learnedSteps * stepSec;
    const unknown = unknownWords({
      windowSec: this.settings.windowSec,
      stepSec,
      warmUpSec,
      stepsExpected: windowsExpected,
      stepsPresent: judgedSteps,
      namespaces,
      omitted: runs.reduce((sum, { omitted }) => sum + omitted, 0),
    });
    return {
      ...this.head.of(cluster),
      from,
      to,
      stepSec,
      subjects,
      series,
      warmUpSec,
      windowsExpected,
      windowsPresent: judgedSteps,
      current: current!,
      ...(changed ? { changed } : {}),
      unknown,
      tookMs,
    };
  }

  private clusterOf(given: string | undefined): string {
    const names = this.detection.all().map(({ cluster }) => cluster);
    if (given !== undefined) {
      if (!names.includes(given)) throw new DomainError('resource/not-found', { message: `There is no cluster ${given}` });
      return given;
    }
    const [only, ...others] = names;
    if (only === undefined) throw new DomainError('service/not-ready', { message: 'No window has come yet' });
    if (others.length > 0) throw new DomainError('request/invalid', { message: 'cluster: say which one' });
    return only;
  }
}

interface Done {
  readonly plan: BacktestPlan;
  readonly outcome: BacktestOutcome;
  readonly span: Span;
  readonly tookMs: number;
}

function within(edges: EdgeSample[], namespaces: readonly string[]): EdgeSample[] {
  if (namespaces.length === 0) return edges;
  return edges.filter(({ source, target }) => namespaces.includes(source.namespace) || namespaces.includes(target.namespace));
}

const defined = <T extends object>(partial: T): T =>
  Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as T;
