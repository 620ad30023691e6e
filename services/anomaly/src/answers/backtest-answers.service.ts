/** Runs configurations over stored history: read once, judged by each. */
import { Injectable } from '@nestjs/common';
import type { BacktestReply, BacktestRequest, EdgeSample } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { DetectionService } from '../detection/detection.service.js';
import { HistoryLoader } from '../detection/history-loader.js';
import { Settings } from '../detection/settings.js';
import { Backtest, scaledPersistence } from '../domain/backtest.js';
import { Head } from './head.service.js';

const WARM_UP_SEC = 3 * 86_400;
const FINE_SEC = 300;
const COARSE_SEC = 3600;
const SPAN_MAX_SEC = 7 * 86_400;
/** Edges times steps: beyond it an answer takes minutes. */
const EDGE_STEPS_MAX = 1_500_000;
const FINE_EDGES_MAX = 400;
/** One at a time: the live pass must not wait for people who try things out. */
let running = false;

@Injectable()
export class BacktestAnswers {
  constructor(
    private readonly detection: DetectionService,
    private readonly history: HistoryLoader,
    private readonly settings: Settings,
    private readonly head: Head,
  ) {}

  async run(request: BacktestRequest): Promise<BacktestReply> {
    const [fromMs, toMs] = [Date.parse(request.from), Date.parse(request.to)];
    if (toMs - fromMs > SPAN_MAX_SEC * 1000) throw new DomainError('request/invalid', { message: 'seven days at most' });
    if (running) throw new DomainError('request/too-many', { message: 'Another backtest is running' });
    running = true;
    try {
      return await this.judge(request, { fromMs, toMs });
    } finally {
      running = false;
    }
  }

  private async judge(request: BacktestRequest, { fromMs, toMs }: { fromMs: number; toMs: number }): Promise<BacktestReply> {
    const begin = performance.now();
    const cluster = this.clusterOf(request.cluster);
    const edges = (await this.history.edgesAt(cluster, toMs)).filter((edge) => isIn(edge, request.namespaces)).length;
    const stepSec = edges <= FINE_EDGES_MAX ? FINE_SEC : COARSE_SEC;
    const steps = (toMs - fromMs + WARM_UP_SEC * 1000) / (stepSec * 1000);
    if (edges * steps > EDGE_STEPS_MAX)
      throw new DomainError('request/too-large', {
        message: `${edges} edges over ${Math.round(steps)} steps are too much: choose namespaces or a shorter span`,
      });
    const scaled = (config: typeof this.settings.detection) => scaledPersistence(config, this.settings.windowSec, stepSec);
    const current = new Backtest(cluster, scaled(this.settings.detection));
    const changed = request.changed && new Backtest(cluster, scaled({ ...this.settings.detection, ...defined(request.changed) }));
    const runs = changed ? [current, changed] : [current];
    let [present, learned] = [0, 0];
    const first = Math.ceil((fromMs - WARM_UP_SEC * 1000) / (stepSec * 1000)) * stepSec * 1000;
    for await (const step of this.history.steps(cluster, { fromMs: first, toMs, stepSec })) {
      const within = step.edges.filter((edge) => isIn(edge, request.namespaces));
      const isLearning = step.atMs <= fromMs;
      for (const one of runs) one[isLearning ? 'learn' : 'judge'](step.atMs, stepSec, within);
      if (isLearning) learned += stepSec;
      else present += 1;
    }
    return {
      ...this.head.of(cluster),
      from: request.from,
      to: request.to,
      stepSec,
      subjects: current.subjects,
      series: current.series,
      warmUpSec: learned,
      windowsExpected: Math.max(1, Math.floor((toMs - fromMs) / (stepSec * 1000))),
      windowsPresent: present,
      current: current.result(),
      ...(changed ? { changed: changed.result() } : {}),
      tookMs: Math.round(performance.now() - begin),
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

function isIn({ source, target }: EdgeSample, namespaces: readonly string[]): boolean {
  return namespaces.length === 0 || namespaces.includes(source.namespace) || namespaces.includes(target.namespace);
}

const defined = <T extends object>(partial: T): T =>
  Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as T;
