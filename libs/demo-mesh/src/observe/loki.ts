/**
 * Loki's query interface over the simulated access logs: `{label="x"}` selectors with `=`, `!=`, `=~`, `!~`, then line
 * filters `|=`, `!=`, `|~`, `!~`, and `| json` with comparisons of fields. Metric queries are refused by name.
 */
import type { Cluster } from '../model/cluster.js';
import { logEntries, type DecidedBy, type LogEntry } from './access-log.js';
import { walkBack, type Recall } from './past.js';
import { requestsOf } from './requests.js';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 5000;
/** Seconds of the simulation that one query may visit. */
const SCAN_LIMIT_SEC = 1800;
const SPAN_DEFAULT_SEC = 3600;
const LABELS = ['namespace', 'app', 'pod', 'container', 'job', 'node_name'] as const;

export interface LogSelector {
  labels(labels: Readonly<Record<string, string>>): boolean;
  line(line: string): boolean;
}

type Test = (value: string) => boolean;

function comparison(operator: string, operand: string): Test {
  if (operator === '=' || operator === '==') return (value) => value === operand;
  if (operator === '!=') return (value) => value !== operand;
  if (operator === '=~' || operator === '!~') {
    const pattern = new RegExp(`^(?:${operand})$`, 'u');
    return (value) => pattern.test(value) === (operator === '=~');
  }
  const number = Number(operand);
  const compare: Record<string, (value: number) => boolean> = {
    '>': (value) => value > number,
    '>=': (value) => value >= number,
    '<': (value) => value < number,
    '<=': (value) => value <= number,
  };
  return (value) => compare[operator]!(Number(value));
}

const unquote = (text: string): string => (text.startsWith('`') ? text.slice(1, -1) : (JSON.parse(text) as string));

function labelTests(selector: string): [string, Test][] {
  const tests: [string, Test][] = [];
  for (const part of selector.match(/[^,"`]+(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/g) ?? []) {
    const match = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)$/.exec(part);
    if (!match) throw new Error(`cannot read the label matcher ${part}`);
    tests.push([match[1]!, comparison(match[2]!, unquote(match[3]!))]);
  }
  if (tests.length === 0) throw new Error('a stream selector needs at least one label');
  return tests;
}

const STAGE =
  /^\s*(?:(\|=|!=|\|~|!~)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)|\|\s*(json)\b|\|\s*([a-zA-Z_]\w*)\s*(==|=~|!~|!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|`[^`]*`|-?[\d.]+))/;

function lineTest(operator: string, operand: string): Test {
  if (operator === '|=' || operator === '!=') return (line) => line.includes(operand) === (operator === '|=');
  const pattern = new RegExp(operand, 'u');
  return (line) => pattern.test(line) === (operator === '|~');
}

function stageTests(text: string): Test[] {
  const tests: Test[] = [];
  let rest = text;
  while (rest.trim() !== '') {
    const match = STAGE.exec(rest);
    if (!match) throw new Error(`cannot read the query from ${rest.trim().slice(0, 40)}`);
    const [whole, filter, operand, , field, operator, value] = match;
    if (filter) tests.push(lineTest(filter, unquote(operand!)));
    if (field) {
      const test = comparison(operator!, /^["`]/.test(value!) ? unquote(value!) : value!);
      tests.push((line) => test(String((JSON.parse(line) as Record<string, unknown>)[field] ?? '')));
    }
    rest = rest.slice(whole.length);
  }
  return tests;
}

/** Throws with a sentence for people where the query is beyond what the demo reads. */
export function parseLogQuery(query: string): LogSelector {
  const match = /^\s*\{((?:[^}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*)\}/.exec(query);
  if (!match) throw new Error('the demo reads log queries that begin with a {stream selector}; metric queries it does not');
  const labels = labelTests(match[1]!);
  const lines = stageTests(query.slice(match[0].length));
  return {
    labels: (values) => labels.every(([name, test]) => test(values[name] ?? '')),
    line: (line) => lines.every((test) => test(line)),
  };
}

/** Loki's times: nanoseconds, seconds with a fraction, or RFC 3339. */
export function lokiTimeSec(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d{15,}$/.test(text)) return Number(text) / 1e9;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

export class Loki {
  constructor(
    private readonly cluster: Cluster,
    private readonly recall: Recall,
    private readonly decidedBy: DecidedBy,
  ) {}

  async queryRange(parameters: URLSearchParams): Promise<unknown> {
    const selector = parseLogQuery(parameters.get('query') ?? '');
    const limit = Math.min(LIMIT_MAX, Number(parameters.get('limit')) || LIMIT_DEFAULT);
    const nowSec = Date.now() / 1000;
    const end = Math.min(lokiTimeSec(parameters.get('end')) ?? nowSec, nowSec);
    const start = lokiTimeSec(parameters.get('start')) ?? end - SPAN_DEFAULT_SEC;
    const found: LogEntry[] = [];
    const within = ({ atNs }: LogEntry) => Number(atNs) / 1e9 >= start && Number(atNs) / 1e9 < end;
    await walkBack({ fromSec: Math.floor(start) - 1, toSec: Math.floor(end) + 1, limit: SCAN_LIMIT_SEC }, (timeSec) => {
      if (timeSec <= nowSec) found.push(...this.secondOf(timeSec, selector).filter(within));
      return found.length < limit;
    });
    const newestFirst = found.toSorted((a, b) => (a.atNs < b.atNs ? 1 : -1)).slice(0, limit);
    const forward = parameters.get('direction') === 'forward';
    return {
      status: 'success',
      data: { resultType: 'streams', result: streamsOf(forward ? newestFirst.toReversed() : newestFirst), stats: {} },
    };
  }

  labels(): unknown {
    return { status: 'success', data: LABELS };
  }

  values(label: string): unknown {
    const pods = this.cluster.pods.filter(({ workload }) => workload.mesh === 'istio');
    const read: Record<string, (index: number) => string> = {
      namespace: (index) => pods[index]!.namespace,
      app: (index) => pods[index]!.workload.app,
      pod: (index) => pods[index]!.name,
      container: () => 'istio-proxy',
      job: (index) => `${pods[index]!.namespace}/${pods[index]!.workload.app}`,
      node_name: (index) => pods[index]!.node,
    };
    const value = Object.hasOwn(read, label) ? read[label] : undefined;
    return { status: 'success', data: value ? Array.from(new Set(pods.map((_, index) => value(index)))).toSorted() : [] };
  }

  private secondOf(timeSec: number, selector: LogSelector): LogEntry[] {
    const { seed } = this.recall;
    const entries: LogEntry[] = [];
    for (const state of this.recall.stateAt(timeSec).values()) {
      for (const request of requestsOf(this.cluster, state, { timeSec, seed })) {
        entries.push(
          ...logEntries(this.cluster, request, this.decidedBy).filter(({ labels, line }) => selector.labels(labels) && selector.line(line)),
        );
      }
    }
    return entries;
  }
}

function streamsOf(entries: readonly LogEntry[]): { stream: Readonly<Record<string, string>>; values: [string, string][] }[] {
  const streams = new Map<string, { stream: Readonly<Record<string, string>>; values: [string, string][] }>();
  for (const { labels, atNs, line } of entries) {
    const stream = streams.get(labels.pod!) ?? { stream: labels, values: [] };
    stream.values.push([String(atNs), line]);
    streams.set(labels.pod!, stream);
  }
  return Array.from(streams.values());
}
