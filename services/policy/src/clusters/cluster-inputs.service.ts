/** A cluster as the engine's questions take it, made once for each state of it. */
import { Injectable } from '@nestjs/common';
import type { ClusterInput } from '../engine/jobs.js';
import { meshModel } from '../domain/mesh-model.js';
import { meshSettings } from '../domain/mesh-settings.js';
import type { ClusterFacts } from '../domain/kube-facts.js';
import { ClusterWatchService } from './cluster-watch.service.js';

@Injectable()
export class ClusterInputs {
  private readonly made = new WeakMap<ClusterFacts, ClusterInput>();

  constructor(private readonly watch: ClusterWatchService) {}

  /** Throws `resource/not-found` for a cluster that is not watched. */
  of(cluster: string): ClusterInput {
    const facts = this.watch.facts(cluster);
    const known = this.made.get(facts);
    if (known) return known;
    const trustDomain = this.watch.configOf(cluster)?.trustDomain;
    const mesh = meshSettings(facts.meshConfig, { rootNamespace: facts.rootNamespace, trustDomain });
    const ofPods = facts.pods.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`);
    const input: ClusterInput = {
      model: meshModel(facts, mesh.trustDomain),
      mesh,
      policies: facts.policies.map(({ object }) => object),
      // Where accounts may not be listed, pods still tell of those in use.
      serviceAccounts: facts.serviceAccounts.length > 0 ? [...new Set([...facts.serviceAccounts, ...ofPods])] : [],
    };
    this.made.set(facts, input);
    return input;
  }
}
