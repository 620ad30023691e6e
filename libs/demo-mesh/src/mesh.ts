/** The simulated cluster put together: objects, traffic, faults. The doors to it are in control/ and kube/. */
import type { DemoConfig } from './config.js';
import { Scraper } from './exposition/scrape.js';
import { influenceOf } from './faults/influence.js';
import { FaultRegistry, type Fault } from './faults/registry.js';
import { basicObjects } from './kube/objects/basics.js';
import type { ObjectContext } from './kube/objects/labels.js';
import { policyObjects } from './kube/objects/policies.js';
import { workloadObjects } from './kube/objects/workloads.js';
import { kindByManifest } from './kube/kinds.js';
import { Store } from './kube/store.js';
import { Cluster } from './model/cluster.js';
import type { Lane, Pod } from './model/types.js';
import { Engine } from './traffic/engine.js';
import { ALLOWED, type Influence } from './traffic/influence.js';

const FIRST_REVISION = 1000;
const DAY_MS = 86_400_000;

export class DemoMesh {
  readonly cluster = new Cluster();
  readonly store = new Store(FIRST_REVISION);
  readonly faults: FaultRegistry;
  readonly engine: Engine;
  readonly scraper: Scraper;

  static async create(config: DemoConfig): Promise<DemoMesh> {
    return new DemoMesh(config.seed);
  }

  private constructor(seed: number) {
    this.faults = new FaultRegistry(this.cluster, { began: (fault) => this.began(fault), ended: (fault) => this.ended(fault) });
    this.engine = new Engine({
      cluster: this.cluster,
      seed,
      lanes: () => this.lanes(),
      influenceAt: (timeSec) => this.influenceAt(timeSec),
    });
    this.scraper = new Scraper(this.cluster, this.engine.counters);
    const now = Date.now();
    this.populate({
      cluster: this.cluster,
      bornAt: new Date(now - 60 * DAY_MS),
      podsBornAt: new Date(now - 6 * DAY_MS),
      newVersionAt: new Date(now - 3 * DAY_MS),
      istioRootsPem: '',
      linkerdAnchorsPem: '',
      certificates: [],
    });
  }

  async start(): Promise<void> {
    this.engine.start();
  }

  async stop(): Promise<void> {
    this.engine.stop();
    this.faults.clearAll();
  }

  metricsOf(pod: Pod): string {
    this.engine.advance();
    return this.scraper.scrape(pod);
  }

  lanes(): readonly Lane[] {
    return [...this.cluster.lanes, ...this.faults.lanes()];
  }

  private influenceAt(timeSec: number): Influence {
    const faultLanes = new Set(this.faults.lanes().map((lane) => lane.id));
    return influenceOf({ bends: this.faults.at(timeSec), faultLanes, refusal: () => ALLOWED });
  }

  private populate(context: ObjectContext): void {
    for (const object of [...basicObjects(context), ...workloadObjects(context), ...policyObjects(context)]) this.store.apply(object);
    this.store.compact();
  }

  private began(fault: Fault): void {
    if (fault.effect.policy) this.store.apply(fault.effect.policy);
  }

  private ended(fault: Fault): void {
    const { policy } = fault.effect;
    const info = policy && kindByManifest(policy.apiVersion, policy.kind);
    if (policy && info) this.store.delete(info, policy.metadata.namespace ?? '', policy.metadata.name);
  }
}
