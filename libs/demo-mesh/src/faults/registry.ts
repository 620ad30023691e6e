/** The faults of the demo: injected, listed, ended by hand or by themselves. Ended ones are kept for questions about the past. */
import type { DemoFault, DemoFaultRequest } from '@observatory/contracts';
import type { Cluster } from '../model/cluster.js';
import type { Lane } from '../model/types.js';
import { isActive } from './influence.js';
import { FAULT_KINDS, parseTarget, type Effect, type Target } from './kinds.js';

export interface Fault {
  readonly shown: DemoFault;
  readonly target: Target;
  readonly effect: Effect;
  readonly rpsByLane: ReadonlyMap<string, number>;
  readonly startSec: number;
  endSec: number;
}

/** Told when a fault begins and ends, for effects beyond the traffic: policies, certificates. */
export interface FaultListener {
  began(fault: Fault): void;
  ended(fault: Fault): void;
}

const ACTIVE_LIMIT = 50;
const KEPT_ENDED = 200;

export class FaultRegistry {
  private readonly active = new Map<string, { fault: Fault; timer: NodeJS.Timeout }>();
  private readonly ended: Fault[] = [];
  private readonly faultLanes = new Map<string, Lane>();
  private sequence = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly listener: FaultListener,
  ) {}

  /** Lanes that only faults use. They stay after their fault, as a proxy's counters do. */
  lanes(): readonly Lane[] {
    return Array.from(this.faultLanes.values());
  }

  list(): DemoFault[] {
    return Array.from(this.active.values(), ({ fault }) => fault.shown);
  }

  /** Faults of a second, past ones too. */
  at(timeSec: number): Fault[] {
    const running = Array.from(this.active.values(), ({ fault }) => fault);
    return [...this.ended, ...running].filter((fault) => fault.startSec <= timeSec && timeSec < fault.endSec && isActive(fault, timeSec));
  }

  /** Throws with a sentence for people where the request makes no sense in this cluster. */
  inject(request: DemoFaultRequest, now: Date = new Date()): DemoFault {
    if (this.active.size >= ACTIVE_LIMIT) throw new Error(`${ACTIVE_LIMIT} faults are active already`);
    const kind = FAULT_KINDS[request.kind];
    const targetText = request.target ?? kind.target;
    const strength = request.strength ?? kind.strength;
    const target = parseTarget(this.cluster, targetText);
    this.sequence += 1;
    const id = `${request.kind}-${now.getTime().toString(36)}${this.sequence}`;
    const effect = kind.effect({ cluster: this.cluster, target, strength, id });
    const endsAt = new Date(now.getTime() + request.durationSec * 1000);
    const shown: DemoFault = {
      ...request,
      id,
      target: targetText,
      strength,
      startedAt: now.toISOString(),
      endsAt: endsAt.toISOString(),
      description: kind.describe(targetText, strength),
    };
    const fault: Fault = {
      shown,
      target,
      effect,
      rpsByLane: this.open(effect),
      startSec: now.getTime() / 1000 - 1,
      endSec: endsAt.getTime() / 1000,
    };
    this.listener.began(fault);
    this.active.set(id, { fault, timer: setTimeout(() => this.clear(id), request.durationSec * 1000) });
    return shown;
  }

  clear(id: string, now: Date = new Date()): boolean {
    const entry = this.active.get(id);
    if (!entry) return false;
    clearTimeout(entry.timer);
    this.active.delete(id);
    entry.fault.endSec = Math.min(entry.fault.endSec, now.getTime() / 1000);
    this.ended.push(entry.fault);
    if (this.ended.length > KEPT_ENDED) this.ended.shift();
    this.listener.ended(entry.fault);
    return true;
  }

  clearAll(): void {
    for (const id of Array.from(this.active.keys())) this.clear(id);
  }

  private open(effect: Effect): Map<string, number> {
    const rps = new Map<string, number>();
    for (const { call, rps: rate } of effect.calls ?? []) {
      for (const lane of this.cluster.lanesOf(call)) {
        this.faultLanes.set(lane.id, this.faultLanes.get(lane.id) ?? lane);
        rps.set(lane.id, rate * lane.weight);
      }
    }
    return rps;
  }
}
