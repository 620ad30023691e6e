/**
 * Learns what was before we watched: up to 7 days from the metrics service, step by step, oldest first. Small meshes in steps of
 * five minutes, large ones of an hour. Metrics reads its own history back from now on, so the newest day is learned as soon as it is
 * there; all of it, from the beginning, once metrics has it.
 */
import { Injectable, Logger } from '@nestjs/common';
import { METRICS_SUBJECTS, type EdgeSample, type WindowReadReply, type WindowReadRequest } from '@observatory/contracts';
import { Requester } from '@observatory/platform';
import { ClusterDetector } from '../domain/cluster-detector.js';
import { isPassing, silenceWords, waitingWords } from '../domain/history-words.js';

const DAY_MS = 86_400_000;
const HISTORY_MS = 7 * DAY_MS;
const FINE_SEC = 300;
const COARSE_SEC = 3600;
/** 2,016 steps of so many edges are read in a minute or so. */
const FINE_EDGES_MAX = 400;
/** How long the steps are in which a mesh's history is read. */
export const stepOf = (edges: number): number => (edges <= FINE_EDGES_MAX ? FINE_SEC : COARSE_SEC);
const PAGE = 2000;
const PAGES_MAX = 100;
/** Steps that are asked for before they are needed. */
const AHEAD = 4;
const TIMEOUT_MS = 20_000;
/** Hours that metrics has of the last 7 days, looked at until it has all of them or has not got more for a while. */
const LOOK_EVERY_MS = 5000;
const LOOKS_MAX = 240;
const LOOKS_ALIKE = 12;
const SETTLED_SHARE = 0.97;
/** A day and somewhat more is what quantities need to be alerted of; it is there long before the week is. */
const SOON_MS = 26 * 3_600_000;
/** A question that cannot be answered just now is asked again: what was learned so far is not given up for a hiccup. */
const ASKED_AGAIN_MAX = 30;
const ASK_AGAIN_MS = 2000;
/** Steps between two words about how far it is. */
const TELL_EVERY_STEPS = 100;

export interface LoadedHistory {
  readonly detector: ClusterDetector;
  /** Hours that metrics had when it was read. */
  readonly known: number;
  readonly steps: number;
  readonly stepSec: number;
  /** All that metrics has, as opposed to the newest day of it. */
  readonly isWhole: boolean;
}
/** Who wants history: it is told how far that is, and may say that it is no longer wanted. */
export interface Learner {
  stopped(): boolean;
  tell(words: string): void;
}
type Learned = Omit<LoadedHistory, 'known' | 'isWhole'>;
interface Grown {
  readonly present: number;
  /** It does not grow any more. */
  readonly isSettled: boolean;
}
interface Step {
  readonly edges: EdgeSample[];
  readonly present: boolean;
}

@Injectable()
export class HistoryLoader {
  private readonly logger = new Logger(HistoryLoader.name);

  constructor(private readonly requester: Requester) {}

  /** All of history, and before it, if `soon` and that takes a while, the newest day. Rejects when metrics cannot answer for long. */
  async *load(cluster: string, until: () => number, learner: Learner & { soon: boolean }): AsyncGenerator<LoadedHistory> {
    const soon = await this.grown(cluster, until(), { learner, share: learner.soon ? SOON_MS / HISTORY_MS : 1 });
    let known = soon.present;
    if (!soon.isSettled) {
      const untilMs = until();
      yield { ...(await this.learn(cluster, { fromMs: untilMs - SOON_MS, untilMs }, learner)), known, isWhole: false };
      known = (await this.grown(cluster, until(), { learner, share: 1 })).present;
    }
    const untilMs = until();
    yield { ...(await this.learn(cluster, { fromMs: untilMs - HISTORY_MS, untilMs }, learner)), known, isWhole: true };
  }

  private async learn(cluster: string, { fromMs, untilMs }: { fromMs: number; untilMs: number }, learner: Learner): Promise<Learned> {
    const recent = await this.edgesAt(cluster, untilMs, learner);
    const stepSec = stepOf(recent.length);
    const detector = new ClusterDetector();
    let steps = 0;
    for await (const { atMs, edges } of this.steps(cluster, { fromMs, toMs: untilMs, stepSec, learner })) {
      if (learner.stopped()) break;
      if (steps % TELL_EVERY_STEPS === 0) learner.tell(`learns from history, which it has read up to ${new Date(atMs).toISOString()}`);
      detector.learn({ cluster, atMs, windowSec: stepSec, edges });
      steps += 1;
    }
    this.logger.log(`${cluster}: learned ${steps} steps of ${stepSec} s, ${detector.scorer.subjects.size} workloads and edges`);
    return { detector, steps, stepSec };
  }

  /** The five minutes before. */
  async edgesAt(cluster: string, atMs: number, learner?: Learner): Promise<EdgeSample[]> {
    const endMs = Math.floor(atMs / (FINE_SEC * 1000)) * FINE_SEC * 1000;
    return (await this.step({ cluster, atMs: endMs, stepSec: FINE_SEC }, learner)).edges;
  }

  /** Steps that are known, oldest first; the next ones are read while one is worked on. */
  async *steps(
    cluster: string,
    { fromMs, toMs, stepSec, learner }: { fromMs: number; toMs: number; stepSec: number; learner?: Learner },
  ): AsyncGenerator<{ atMs: number; edges: EdgeSample[] }> {
    const stepMs = stepSec * 1000;
    const ahead: { atMs: number; read: Promise<Step> }[] = [];
    let nextMs = Math.ceil(fromMs / stepMs) * stepMs;
    for (;;) {
      for (; ahead.length < AHEAD && nextMs <= toMs; nextMs += stepMs) {
        const read = this.step({ cluster, atMs: nextMs, stepSec }, learner);
        read.catch(() => undefined);
        ahead.push({ atMs: nextMs, read });
      }
      const current = ahead.shift();
      if (!current) return;
      const { edges, present } = await current.read;
      if (present) yield { atMs: current.atMs, edges };
    }
  }

  /** How much there is, once it is so much, or no longer grows, or all of it is there. */
  private async grown(cluster: string, untilMs: number, { learner, share }: { learner: Learner; share: number }): Promise<Grown> {
    let [before, alike] = [-1, 0];
    for (let look = 0; look < LOOKS_MAX && !learner.stopped(); look += 1) {
      const { present, expected } = await this.coverage(cluster, untilMs, learner);
      learner.tell(waitingWords(present, expected));
      alike = present === before ? alike + 1 : 0;
      before = present;
      if (present >= SETTLED_SHARE * expected || alike >= LOOKS_ALIKE) break;
      if (present >= share * expected) return { present, isSettled: false };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref());
    }
    return { present: before, isSettled: true };
  }

  async coverage(cluster: string, untilMs: number, learner?: Learner): Promise<{ present: number; expected: number }> {
    const question = { cluster, at: new Date(untilMs).toISOString(), windowSec: HISTORY_MS / 1000, limit: 1 };
    const reply = await this.ask(question, learner);
    return { present: reply.windowsPresent, expected: reply.windowsExpected };
  }

  /** Without a learner there is nobody who would wait: asked once. */
  private async ask(question: WindowReadRequest, learner?: Learner): Promise<WindowReadReply> {
    for (let again = 0; ; again += 1) {
      try {
        return await this.requester.request(METRICS_SUBJECTS.windowRead, question, { timeoutMs: TIMEOUT_MS });
      } catch (thrown) {
        if (!learner || learner.stopped() || again >= ASKED_AGAIN_MAX || !isPassing(thrown)) throw thrown;
        learner.tell(`history waits: ${silenceWords(thrown)}; asks again`);
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS).unref());
      }
    }
  }

  private async step({ cluster, atMs, stepSec }: { cluster: string; atMs: number; stepSec: number }, learner?: Learner): Promise<Step> {
    const edges: EdgeSample[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const question = { cluster, at: new Date(atMs).toISOString(), windowSec: stepSec, limit: PAGE, ...(cursor ? { cursor } : {}) };
      const reply = await this.ask(question, learner);
      if (reply.windowsPresent === 0) return { edges: [], present: false };
      // What a step of five minutes measured was read in it, as far as the history knows.
      for (const edge of reply.edges) edges.push(edge);
      cursor = reply.nextCursor;
      if (cursor === undefined) break;
    }
    return { edges, present: true };
  }
}
