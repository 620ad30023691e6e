/**
 * A file of recorded flows: what `GET /api/v1/policies/flows` answers, or the same by hand:
 * {workloads: {<name>: workload}, flows: [{id?, from?, to?, workload: <name> or workload, request, requestsPerSecond?, lastSeen?}]}.
 * Invariant: never throws; every flow that cannot be read is told.
 */
import type { Flow } from '../replay/replay.js';
import type { SuggestTarget } from '../replay/suggest.js';
import { pointOf } from '../layers/decider.js';
import type { Workload } from '../model/policy.js';
import { readRequest, readWorkload, type Read } from '../model/read-case.js';
import { fieldsOf, isObject, textOf } from '../validate/finding.js';

export interface FlowTarget extends SuggestTarget {
  readonly key: string;
}
export interface RecordedFlow extends Flow {
  readonly id: string;
  readonly from: string;
  readonly target: FlowTarget;
  readonly lastSeen?: string | undefined;
  readonly isOperationKnown: boolean;
}
export interface Recording {
  readonly flows: readonly RecordedFlow[];
  readonly targets: readonly FlowTarget[];
}

const PROBLEMS_TOLD_MAX = 20;

export function readFlows(value: unknown): Read<Recording> {
  const reading = new Reading(fieldsOf(fieldsOf(value)['workloads']));
  const list = Array.isArray(value) ? value : fieldsOf(value)['flows'];
  if (!Array.isArray(list)) return { problems: ['a list of flows, or an object with `flows` and `workloads`'] };
  const flows = list.flatMap((flow, index) => reading.flow(flow, index) ?? []);
  reading.rest();
  if (reading.problems.length > 0) return { problems: reading.problems.slice(0, PROBLEMS_TOLD_MAX) };
  return { value: { flows, targets: [...reading.targets.values()] } };
}

class Reading {
  readonly problems: string[] = [];
  /** One object for all flows of a workload, so that its policies are compiled once. */
  readonly targets = new Map<string, FlowTarget>();
  private readonly points = new Map<string, Flow['points']>();

  constructor(private readonly workloads: Readonly<Record<string, unknown>>) {}

  /** Those that nobody called: a selector must not pick them either. */
  rest(): void {
    for (const name of Object.keys(this.workloads)) this.target(name, `workloads.${name}`, name);
  }

  flow(value: unknown, index: number): RecordedFlow | undefined {
    const at = `flows.${index}`;
    if (!isObject(value)) return void this.problems.push(`${at}: a flow is an object`);
    const { id, request, requestsPerSecond = 1, lastSeen } = value;
    const [source, end] = [fieldsOf(value['source']), fieldsOf(value['target'])];
    const to = textOf(value['to']) ?? nameOf(end);
    const target = this.target(value['workload'] ?? textOf(end['id']), at, to);
    const read = readRequest(request);
    this.problems.push(...(read.problems ?? []).map((problem) => `${at}.${problem}`));
    if (typeof requestsPerSecond !== 'number') this.problems.push(`${at}.requestsPerSecond: a number`);
    if (!target || !read.value || typeof requestsPerSecond !== 'number') return undefined;
    return {
      id: textOf(id) ?? String(index),
      from: textOf(value['from']) ?? nameOf(source) ?? read.value.source?.principal ?? 'somebody without identity',
      target,
      points: this.points.get(target.key) ?? [],
      request: read.value,
      requestsPerSecond,
      lastSeen: textOf(lastSeen),
      isOperationKnown: value['operationFrom'] === undefined ? read.value.path !== undefined : value['operationFrom'] !== 'unknown',
    };
  }

  private target(workload: unknown, at: string, name: string | undefined): FlowTarget | undefined {
    const key = typeof workload === 'string' ? workload : JSON.stringify(workload);
    const known = this.targets.get(key ?? '');
    if (known) return known;
    const given =
      typeof workload === 'string' ? (Object.hasOwn(this.workloads, workload) ? this.workloads[workload] : undefined) : workload;
    if (given === undefined || key === undefined) return void this.problems.push(`${at}: there is no workload ${key ?? 'in it'}`);
    const read = readWorkload(given);
    this.problems.push(...(read.problems ?? []).map((problem) => `${at}.${problem}`));
    if (!read.value) return undefined;
    const target = { key, namespace: read.value.namespace, name: shortName(name, read.value), workload: read.value, canBeClosed: true };
    this.targets.set(key, target);
    this.points.set(key, [pointOf(read.value)]);
    return target;
  }
}

const nameOf = ({ namespace, name }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof name === 'string' ? (typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name) : undefined;

/** The last part of what people call it, else its label or account. */
function shortName(name: string | undefined, { labels, serviceAccount }: Workload): string {
  const given = name?.split(/[~/]/).at(-1);
  const chosen = given ?? labels['app'] ?? labels['app.kubernetes.io/name'] ?? serviceAccount ?? 'workload';
  return chosen.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
}
