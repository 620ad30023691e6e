/** Keeps the mesh going: once a second the state of that second is worked out and added to the counters. */
import type { Cluster } from '../model/cluster.js';
import type { Lane } from '../model/types.js';
import { Counters } from './counters.js';
import type { Influence } from './influence.js';
import { meshState, type MeshState } from './state.js';

/** After a longer sleep of the machine the missed time is left out: the proxies slept too. */
const CATCH_UP_LIMIT_SEC = 60;

export interface EngineOptions {
  readonly cluster: Cluster;
  readonly seed: number;
  /** What bends the traffic at a second, and the lanes that there are then. */
  influenceAt(timeSec: number): Influence;
  lanes(): readonly Lane[];
  nowSec?: () => number;
}

export class Engine {
  readonly counters: Counters;
  private atSec: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: EngineOptions) {
    this.counters = new Counters(options.seed);
    this.atSec = this.nowSec();
  }

  stateAt(timeSec: number): MeshState {
    const { cluster, seed } = this.options;
    return meshState({ cluster, seed, timeSec, lanes: this.options.lanes(), influence: this.options.influenceAt(timeSec) });
  }

  /** Brings the counters up to now. */
  advance(): void {
    const now = this.nowSec();
    if (now - this.atSec > CATCH_UP_LIMIT_SEC) this.atSec = now - 1;
    this.advanceTo(now);
  }

  /** Second by second, however many there are. */
  advanceTo(timeSec: number): void {
    while (this.atSec < timeSec) {
      this.atSec += 1;
      this.counters.advance(this.stateAt(this.atSec), this.atSec, 1);
    }
  }

  /** Lets the mesh have begun at an earlier second. Only before anything was counted. */
  rewind(timeSec: number): void {
    this.atSec = timeSec;
  }

  start(): void {
    this.timer = setInterval(() => this.advance(), 1000);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private nowSec(): number {
    return Math.floor(this.options.nowSec?.() ?? Date.now() / 1000);
  }
}
