/**
 * Which workload does a pod belong to? The rule of Istio's own telemetry (pkg/kube/controllers GetDeployMetaFromPod),
 * so that names agree with the metrics' `source_workload`; ReplicaSets and Jobs themselves need not be watched for it.
 * Invariant: total; a pod without a controller is its own workload.
 */
import type { KubeObject } from './kube-kind.js';

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** CronJobs name their Jobs `<cronjob>-<scheduled minute>`. */
const CRON_JOB = /^(.+)-\d{8,10}$/;

export function ownerOfPod({ metadata }: Pick<KubeObject, 'metadata'>): Owner {
  const controller = metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (!controller) return { kind: 'Pod', name: metadata.name };
  const { kind, name } = controller;
  if (kind === 'ReplicaSet') return ownerOfReplicaSet(name, metadata.labels ?? {});
  if (kind === 'Job') {
    const cronJob = CRON_JOB.exec(name)?.[1];
    return cronJob === undefined ? { kind, name } : { kind: 'CronJob', name: cronJob };
  }
  return { kind, name };
}

function ownerOfReplicaSet(name: string, labels: Readonly<Record<string, string>>): Owner {
  const rollout = labels['rollouts-pod-template-hash'];
  if (rollout !== undefined && name.endsWith(`-${rollout}`)) return { kind: 'Rollout', name: name.slice(0, -rollout.length - 1) };
  const hash = labels['pod-template-hash'];
  if (hash !== undefined && name.endsWith(`-${hash}`)) return { kind: 'Deployment', name: name.slice(0, -hash.length - 1) };
  return { kind: 'ReplicaSet', name };
}
