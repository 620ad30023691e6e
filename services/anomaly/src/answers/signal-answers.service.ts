/** The signals of one workload or edge with what was to be expected: its history read from metrics, learned again and judged. */
import { Injectable } from '@nestjs/common';
import { METRICS_SUBJECTS, type SignalSeriesReply, type SignalSeriesRequest, type TrafficSeries } from '@observatory/contracts';
import { ALERT_SCORE } from '@observatory/detect';
import { DomainError, Requester } from '@observatory/platform';
import { DetectionService } from '../detection/detection.service.js';
import { Settings } from '../detection/settings.js';
import { SubjectReplay, trafficAt } from '../domain/replay-subject.js';
import { subjectOf, type Known } from '../domain/subjects.js';
import { Head } from './head.service.js';

const HOUR_SEC = 3600;
const SHOWN_SEC = 6 * HOUR_SEC;
/** A little less than a week, so that it is 2,000 steps of five minutes at most. */
const LEARNED_SEC = 6.9 * 86_400;
const LEARN_STEP_SEC = 300;
const SHOWN_STEPS = 400;
const TIMEOUT_MS = 15_000;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepSec: number;
}

@Injectable()
export class SignalAnswers {
  constructor(
    private readonly requester: Requester,
    private readonly detection: DetectionService,
    private readonly settings: Settings,
    private readonly head: Head,
  ) {}

  async signals({ subject, from, to }: SignalSeriesRequest): Promise<SignalSeriesReply> {
    const known = this.find(subject);
    const toMs = to === undefined ? Date.now() : Date.parse(to);
    const fromMs = from === undefined ? toMs - SHOWN_SEC * 1000 : Date.parse(from);
    const [shown, learned] = await Promise.all([
      this.read(known, { fromMs, toMs, stepSec: Math.max(this.settings.windowSec, Math.ceil((toMs - fromMs) / 1000 / SHOWN_STEPS)) }),
      this.read(known, { fromMs: fromMs - LEARNED_SEC * 1000, toMs: fromMs, stepSec: LEARN_STEP_SEC }),
    ]);
    const replay = new SubjectReplay(this.settings.detection);
    const begin = Date.parse(shown.traffic.at[0] ?? new Date(fromMs).toISOString());
    learned.traffic.at.forEach((at, step) => {
      const traffic = trafficAt(learned.traffic, step);
      if (traffic && Date.parse(at) < begin) replay.learn(traffic, { atMs: Date.parse(at), spanSec: learned.stepSec });
    });
    const { stage, historySec } = { stage: replay.stage, historySec: replay.historySec };
    shown.traffic.at.forEach((at, step) => {
      replay.show(trafficAt(shown.traffic, step), { atMs: Date.parse(at), spanSec: shown.stepSec });
    });
    return {
      ...this.head.of(known.target.cluster),
      subject: subjectOf(known),
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      stepSec: shown.stepSec,
      at: shown.traffic.at,
      stage,
      historySec,
      threshold: ALERT_SCORE,
      signals: replay.signals(),
    };
  }

  private find(id: string): Known {
    for (const { detector } of this.detection.all()) {
      const known = detector.scorer.subjects.get(id);
      if (known) return known;
    }
    throw new DomainError('resource/not-found', { message: `There is no workload or edge ${id} that was ever seen` });
  }

  private async read(known: Known, { fromMs, toMs, stepSec }: Span): Promise<{ traffic: TrafficSeries; stepSec: number }> {
    const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), stepSec };
    const options = { timeoutMs: TIMEOUT_MS };
    if (known.kind === 'edge') {
      const reply = await this.requester.request(METRICS_SUBJECTS.edgeSeries, { edgeId: known.id, ...span }, options);
      return { traffic: reply.traffic, stepSec: reply.stepSec };
    }
    const { cluster, namespace, name } = known.target;
    const reply = await this.requester.request(METRICS_SUBJECTS.workloadSeries, { cluster, namespace, name, ...span }, options);
    return { traffic: reply.in, stepSec: reply.stepSec };
  }
}
