/**
 * Whole cases, read from JSON and decided, all layers together: what a line of the CLI's JSONL asks.
 * Invariant: never throws on what can be written in JSON; each case is answered as if it were the only one.
 */
import { Decider, pointOf } from './layers/decider.js';
import { together, type Decided } from './layers/together.js';
import { readMesh, readRequest, readWorkload, type Read } from './model/read-case.js';
import type { MeshSettings, Workload } from './model/policy.js';
import { looseEntryOf, type PolicySet } from './set/policy-set.js';
import { readSource } from './source/read-source.js';

type Fields = Readonly<Record<string, unknown>>;

const WORKLOADS_KEPT_MAX = 1000;

/** Bulk files repeat their policies and workloads from line to line: the last ones are kept compiled. */
export class Cases {
  private policies: { readonly key: string; readonly decider: Decider } | undefined;
  private readonly workloads = new Map<string, Workload>();

  decide({ mesh, policies, workload, request }: Fields): Read<Decided> {
    const [readOfMesh, readOfWorkload, readOfRequest] = [readMesh(mesh), readWorkload(workload), readRequest(request)];
    const problems = [readOfMesh, readOfWorkload, readOfRequest].flatMap((read) => read.problems ?? []);
    if (!readOfMesh.value || !readOfWorkload.value || !readOfRequest.value) return { problems };
    const decider = this.deciderOf(policies, readOfMesh.value, readOfWorkload.value);
    if (!decider.value) return decider;
    return { value: together(decider.value.layers(pointOf(this.same(readOfWorkload.value)), readOfRequest.value)) };
  }

  /** Equal workloads as one object, by which the decider knows them. */
  private same(workload: Workload): Workload {
    const key = JSON.stringify(workload);
    const known = this.workloads.get(key);
    if (known) return known;
    if (this.workloads.size >= WORKLOADS_KEPT_MAX) this.workloads.clear();
    this.workloads.set(key, workload);
    return workload;
  }

  private deciderOf(policies: unknown, mesh: MeshSettings, workload: Workload): Read<Decider> {
    const key = JSON.stringify([policies ?? [], mesh, workload.namespace]);
    if (this.policies?.key === key) return { value: this.policies.decider };
    const set = readSet(policies ?? [], workload.namespace);
    if (!set.value) return set;
    const decider = new Decider(set.value, mesh);
    this.policies = { key, decider };
    return { value: decider };
  }
}

/** Kinds that decide nothing here are passed over; what cannot be read at all is a problem. */
function readSet(policies: unknown, namespace: string): Read<PolicySet> {
  if (typeof policies === 'string') {
    const { documents, problems } = readSource(policies);
    const all = [...problems, ...documents.flatMap((document) => document.problems)];
    if (all.length > 0) return { problems: all.map(({ message, place }) => `policies: line ${place.line}: ${message}`) };
    return readSet(
      documents.map(({ value }) => value).filter((value) => value !== null && value !== undefined),
      namespace,
    );
  }
  if (!Array.isArray(policies)) return { problems: ['policies: a list of objects, or YAML'] };
  const strange = policies.findIndex((policy) => typeof policy !== 'object' || policy === null || Array.isArray(policy));
  if (strange >= 0) return { problems: [`policies.${strange}: a policy is an object`] };
  return { value: policies.flatMap((policy) => looseEntryOf(policy as Fields, namespace) ?? []) };
}
