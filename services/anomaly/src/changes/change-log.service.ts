/**
 * What changed lately, as the suite's own events tell: workloads that came, went or got new replicas, policies, certificates.
 * Read again from the stream at each start, kept for two hours in memory.
 */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  EVENTS,
  nodeId,
  type CertificatesChanged,
  type PolicyChanged,
  type TopologyDelta,
  type TopologyNode,
} from '@observatory/contracts';
import type { RecordedChange } from '@observatory/detect';
import { EventBus } from '@observatory/platform';
import { certificateChanges } from '../domain/certificate-changes.js';

const KEPT_MS = 2 * 3_600_000;
const CHANGES_MAX = 5000;
const ROTATIONS_MAX = 20_000;
const DEPLOYED_LATELY_MS = 3_600_000;

@Injectable()
export class ChangeLog implements OnApplicationBootstrap {
  private changes: RecordedChange[] = [];
  /** By themselves: a large mesh rotates so many that little else would be kept beside them. */
  private rotations: RecordedChange[] = [];
  private readonly nodes = new Map<string, { desired: number | undefined; version: string | undefined }>();
  private readonly deployedMs = new Map<string, number>();
  private sinceMs = Date.now();

  constructor(private readonly bus: EventBus) {}

  onApplicationBootstrap(): void {
    this.sinceMs = Date.now() - KEPT_MS;
    const since = new Date(this.sinceMs);
    this.bus.follow(EVENTS.policyChanged, since, (change) => this.policy(change));
    this.bus.follow(EVENTS.topologyChanged, since, (delta) => this.topology(delta));
    this.bus.follow(EVENTS.certificatesChanged, since, (changed) => this.certificates(changed));
  }

  of(cluster: string): RecordedChange[] {
    return [...this.changes, ...this.rotations].filter((change) => change.cluster === cluster);
  }

  /** Kinds of changes that nobody told us of, with the reason. */
  unknown(): string[] {
    return ['configuration other than policies is not recorded'];
  }

  wasDeployedLately(node: string, atMs: number): boolean {
    const deployed = this.deployedMs.get(node);
    return deployed !== undefined && Math.abs(atMs - deployed) <= DEPLOYED_LATELY_MS;
  }

  private policy({ cluster, kind, namespace, name, change, seenAt, changedAt, changedBy, version }: PolicyChanged): void {
    if (change === 'found') return;
    const by = changedBy === undefined ? '' : ` by ${changedBy}`;
    const words = `${kind} ${namespace}/${name} was ${change}${by} (version ${version})`;
    this.add({ kind: 'policy', at: changedAt ?? seenAt, cluster, namespace, name, words });
  }

  private certificates(changed: CertificatesChanged): void {
    this.rotations = recent([...this.rotations, ...certificateChanges(changed)], ROTATIONS_MAX);
  }

  private topology({ at, previousAt, nodes }: TopologyDelta): void {
    for (const node of nodes.upserted) this.node(node, at, previousAt !== null);
    for (const id of nodes.removed) this.nodes.delete(id);
  }

  /** `isNews`: the first delta after a start of topology has everything, and nothing of it is news. */
  private node({ id, kind, cluster, namespace, name, version, replicas }: TopologyNode, at: string, isNews: boolean): void {
    if (kind !== 'workload') return;
    const known = this.nodes.get(id);
    this.nodes.set(id, { desired: replicas?.desired, version });
    if (!isNews || this.nodes.size === 0) return;
    const about = { at, cluster, namespace, name, nodes: [nodeId('workload', cluster, namespace, name)] };
    if (!known) {
      // Seen for the first time by us only: the log began in the middle.
      if (Date.parse(at) - this.sinceMs < KEPT_MS / 4) return;
      this.deployedMs.set(id, Date.parse(at));
      this.add({
        ...about,
        kind: 'workload',
        words: `${namespace}/${name}${version === undefined ? '' : ` (${version})`} was seen for the first time`,
      });
      return;
    }
    if (known.version !== version) {
      this.deployedMs.set(id, Date.parse(at));
      this.add({
        ...about,
        kind: 'deployment',
        words: `${namespace}/${name} went from version ${known.version ?? 'none'} to ${version ?? 'none'}`,
      });
    }
    if (known.desired !== undefined && replicas && known.desired !== replicas.desired)
      this.add({
        ...about,
        kind: 'deployment',
        words: `${namespace}/${name} was scaled from ${known.desired} to ${replicas.desired} replicas`,
      });
  }

  private add(change: RecordedChange): void {
    this.changes = recent([...this.changes, change], CHANGES_MAX);
    for (const [node, atMs] of this.deployedMs) if (Date.now() - atMs > KEPT_MS) this.deployedMs.delete(node);
  }
}

function recent(changes: readonly RecordedChange[], most: number): RecordedChange[] {
  const oldest = new Date(Date.now() - KEPT_MS).toISOString();
  return changes.filter(({ at }) => at >= oldest).slice(-most);
}
