/** The simulated cluster put together: objects, traffic, faults, policies, certificates. Its doors are in control/ and kube/. */
import type { DemoConfig } from './config.js';
import { writeCertificates } from './exposition/certificates.js';
import { Scraper } from './exposition/scrape.js';
import { influenceOf } from './faults/influence.js';
import { FaultRegistry, type Fault } from './faults/registry.js';
import { pastBends, readPast, type Past, type TimedBend } from './history/incidents.js';
import { writeRecent } from './history/recent.js';
import { basicObjects } from './kube/objects/basics.js';
import type { ObjectContext } from './kube/objects/labels.js';
import { policyObjects } from './kube/objects/policies.js';
import { workloadObjects } from './kube/objects/workloads.js';
import { kindByManifest } from './kube/kinds.js';
import { Store } from './kube/store.js';
import { Cluster } from './model/cluster.js';
import type { Lane, Pod } from './model/types.js';
import { Jaeger } from './observe/jaeger.js';
import { Loki } from './observe/loki.js';
import { Enforcer } from './policy/enforcer.js';
import { loadAuthorities, pemOf, type Authorities } from './tls/authority.js';
import { gatewayCertificates, type GatewayCertificate } from './tls/gateway.js';
import { Leafs } from './tls/leafs.js';
import { claimAddresses, Listeners, type AddressClaim } from './tls/listeners.js';
import { Engine } from './traffic/engine.js';
import type { Influence } from './traffic/influence.js';

const FIRST_REVISION = 1000;
const DAY_MS = 86_400_000;

interface Parts {
  readonly config: DemoConfig;
  readonly claim: AddressClaim;
  readonly authorities: Authorities;
  readonly gateway: readonly GatewayCertificate[];
  readonly past: Past | undefined;
}

export class DemoMesh {
  readonly cluster: Cluster;
  readonly store = new Store(FIRST_REVISION);
  readonly faults: FaultRegistry;
  readonly engine: Engine;
  readonly leafs: Leafs;
  readonly listeners: Listeners;
  readonly jaeger: Jaeger;
  readonly loki: Loki;
  enforcer!: Enforcer;
  private readonly scraper: Scraper;
  private readonly past: readonly TimedBend[];

  static async create(config: DemoConfig): Promise<DemoMesh> {
    const authorities = await loadAuthorities(config.dataFolder);
    const [claim, gateway, past] = await Promise.all([claimAddresses(), gatewayCertificates(authorities), readPast(config.dataFolder)]);
    const mesh = new DemoMesh({ config, claim, authorities, gateway, past });
    await mesh.leafs.issueAll();
    await mesh.listeners.openAll(gateway);
    // The listeners come first: where pods share an address, their ports are known only then.
    mesh.populate();
    const outFolder = config.prometheusFolder;
    if (past && outFolder !== undefined)
      await writeRecent({ cluster: mesh.cluster, engine: mesh.engine, fromSec: past.untilSec, outFolder });
    return mesh;
  }

  private constructor(private readonly parts: Parts) {
    const { config, claim, authorities, past } = parts;
    this.cluster = new Cluster(claim.block);
    this.past = past ? pastBends(this.cluster, past) : [];
    this.leafs = new Leafs(this.cluster, authorities, config.seed);
    this.listeners = new Listeners(this.cluster, this.leafs, this.rootsPem());
    this.faults = new FaultRegistry(this.cluster, { began: (fault) => this.began(fault), ended: (fault) => this.ended(fault) });
    this.engine = new Engine({
      cluster: this.cluster,
      seed: config.seed,
      lanes: () => this.lanes(),
      influenceAt: (timeSec) => this.influenceAt(timeSec),
    });
    const recall = { seed: config.seed, stateAt: (timeSec: number) => this.engine.stateAt(timeSec) };
    this.jaeger = new Jaeger(this.cluster, recall);
    this.loki = new Loki(this.cluster, recall, ({ lane, operation }) => this.enforcer.verdict(lane, operation).policy);
    this.scraper = new Scraper(this.cluster, this.engine.counters);
  }

  start(): void {
    this.engine.start();
    this.leafs.start();
  }

  async stop(): Promise<void> {
    this.engine.stop();
    this.leafs.stop();
    this.faults.clearAll();
    await Promise.all([this.listeners.close(), this.parts.claim.release()]);
  }

  /** The roots that the cluster's config maps publish. */
  rootsPem(): { istio: string; linkerd: string } {
    const { istioRoot, linkerdAnchor } = this.parts.authorities;
    return { istio: pemOf(istioRoot), linkerd: pemOf(linkerdAnchor) };
  }

  metricsOf(pod: Pod): string {
    this.engine.advance();
    const facts = { leafs: this.leafs, authorities: this.parts.authorities };
    return this.scraper.scrape(pod, (exposition) => writeCertificates(exposition, pod, facts));
  }

  lanes(): readonly Lane[] {
    return [...this.cluster.lanes, ...this.faults.lanes()];
  }

  private influenceAt(timeSec: number): Influence {
    const faultLanes = new Set(this.faults.lanes().map((lane) => lane.id));
    const bends = [...this.faults.at(timeSec), ...this.past.filter(({ startSec, endSec }) => startSec <= timeSec && timeSec < endSec)];
    return influenceOf({ bends, faultLanes, refusal: (lane) => this.enforcer.refusal(lane, timeSec) });
  }

  private populate(): void {
    const { authorities, gateway, past } = this.parts;
    const installedMs = authorities.installedAt.getTime();
    const context: ObjectContext = {
      cluster: this.cluster,
      bornAt: new Date(installedMs - 60 * DAY_MS),
      podsBornAt: new Date(installedMs - 9 * DAY_MS),
      newVersionAt: past ? new Date(past.newVersionAtSec * 1000) : new Date(installedMs - 3 * DAY_MS),
      istioRootsPem: this.rootsPem().istio,
      linkerdAnchorsPem: this.rootsPem().linkerd,
      certificates: gateway.map(({ managed }) => managed),
    };
    for (const object of [...basicObjects(context), ...workloadObjects(context), ...policyObjects(context)]) this.store.apply(object);
    this.store.compact();
    this.enforcer = new Enforcer(this.cluster, this.store);
  }

  private began({ effect, target, shown }: Fault): void {
    if (effect.policy) this.store.apply(effect.policy);
    if (effect.certificates) this.leafs.hold(target.from, effect.certificates, shown.strength);
  }

  private ended({ effect, target }: Fault): void {
    const { policy } = effect;
    const info = policy && kindByManifest(policy.apiVersion, policy.kind);
    if (policy && info) this.store.delete(info, policy.metadata.namespace ?? '', policy.metadata.name);
    if (effect.certificates) this.leafs.release(target.from);
  }
}
