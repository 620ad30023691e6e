/** `rank`: reads a call graph and metrics from files and ranks the probable causes of what is unusual at one node. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { placeOf, type MetricSeries } from '../rank/deviation.js';
import { rankCauses, type Cause, type RankInput } from '../rank/rank-causes.js';
import { columnsOf, fieldsOf, timeOf, valueOf } from './csv.js';
import { linesOf } from './lines.js';
import { Problem } from './problem.js';

const graphSchema = z.object({
  nodes: z.array(z.string().min(1)),
  edges: z.array(z.object({ source: z.string().min(1), target: z.string().min(1) })),
});

export interface RankFiles {
  readonly graph: string;
  readonly metrics: string;
  readonly normalUntil: string;
  readonly target: string;
  readonly metric?: string;
}

/** Metrics that a message names. */
const NAMES_MAX = 20;

async function readGraph(file: string): Promise<RankInput['graph']> {
  const text = await readFile(file, 'utf8').catch((error: Error) => Promise.reject(new Problem(`${file}: ${error.message}`)));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Problem(`${file}: not JSON: ${(error as Error).message}`);
  }
  const { success, data, error } = graphSchema.safeParse(json);
  if (!success) throw new Problem(`${file}: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  const nodes = new Set(data.nodes);
  for (const { source, target } of data.edges) nodes.add(source).add(target);
  return { nodes: [...nodes], edges: data.edges };
}

interface Growing extends MetricSeries {
  readonly normal: number[];
  readonly recent: [number, number][];
  /** Times of `normal`, needed only where rows do not come in the order of time. */
  readonly normalAt: number[];
  lastMs: number;
  isInOrder: boolean;
}

/** Values in the order of time: a counter cannot be told from a gauge otherwise. */
function inOrder({ subject, metric, normal, normalAt, recent, isInOrder }: Growing): MetricSeries {
  if (isInOrder) return { subject, metric, normal, recent };
  const order = normalAt.map((_, index) => index).sort((a, b) => normalAt[a]! - normalAt[b]!);
  return { subject, metric, normal: order.map((index) => normal[index]!), recent: recent.sort(([a], [b]) => a - b) };
}

/** Rows of a metrics file that have a value, each with its time. */
async function* rowsOf(lines: AsyncIterable<string> | Iterable<string>, file: string) {
  let columns: number[] | undefined;
  let lineNumber = 0;
  // Rows of one scrape stand together: their time is read once.
  let [lastTime, lastMs] = ['', undefined as number | undefined];
  for await (const line of lines) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    if (columns === undefined) {
      columns = columnsOf(line, ['timestamp', 'subject', 'metric', 'value'], file);
      continue;
    }
    const fields = fieldsOf(line);
    const [time, subject, metric, text] = columns.map((column) => fields[column] ?? '') as [string, string, string, string];
    if (time !== lastTime) [lastTime, lastMs] = [time, timeOf(time)];
    const value = valueOf(text);
    const problem = lastMs === undefined ? `"${time}" is not a time` : value === undefined ? `"${text}" is not a number` : undefined;
    if (problem !== undefined) throw new Problem(`${file}: line ${lineNumber}: ${problem}`);
    if (!Number.isNaN(value)) yield { atMs: lastMs!, subject: subject.trim(), metric: metric.trim(), value: value! };
  }
  if (columns === undefined) throw new Problem(`${file}: empty, expected the header timestamp,subject,metric,value`);
}

const timeText = (atMs: number): string => new Date(atMs).toISOString();

/** The series of a metrics file, split where normal ends; rows without a value are left out. */
async function readSeries(file: string, normalUntilMs: number): Promise<MetricSeries[]> {
  const found = new Map<string, Growing>();
  let [first, last] = [Infinity, -Infinity];
  for await (const { atMs, subject, metric, value } of rowsOf(linesOf(file), file)) {
    const key = `${subject}\n${metric}`;
    let series = found.get(key);
    if (series === undefined) {
      series = { subject, metric, normal: [], recent: [], normalAt: [], lastMs: atMs, isInOrder: true };
      found.set(key, series);
    }
    if (atMs < series.lastMs) series.isInOrder = false;
    series.lastMs = atMs;
    [first, last] = [Math.min(first, atMs), Math.max(last, atMs)];
    if (atMs > normalUntilMs) series.recent.push([atMs, value]);
    else {
      series.normal.push(value);
      series.normalAt.push(atMs);
    }
  }
  if (found.size === 0) throw new Problem(`${file}: no values`);
  const span = `values are from ${timeText(first)} to ${timeText(last)}, --normal-until is ${timeText(normalUntilMs)}`;
  if (first > normalUntilMs) throw new Problem(`${file}: no normal time to compare with: ${span}`);
  if (last <= normalUntilMs) throw new Problem(`${file}: nothing after normal time to explain: ${span}`);
  return [...found.values()].map(inOrder);
}

/** What would make every answer worthless is told instead of answered. */
function checkSeries(series: readonly MetricSeries[], { nodes }: RankInput['graph'], { graph, metrics, metric }: RankFiles): void {
  const known = new Set(nodes);
  if (!series.some(({ subject }) => placeOf(subject, known) !== undefined)) {
    throw new Problem(`${metrics}: no subject is a node of ${graph} or source->target; the first is "${series[0]!.subject}"`);
  }
  const names = [...new Set(series.map((one) => one.metric))].sort();
  if (metric !== undefined && !names.includes(metric)) {
    const others = names.length > NAMES_MAX ? `, and ${names.length - NAMES_MAX} others` : '';
    throw new Problem(`--metric ${metric}: not in ${metrics}, which has ${names.slice(0, NAMES_MAX).join(', ')}${others}`);
  }
}

/** Rejects with a Problem where a file cannot be used, or the target or the metric is not in it. */
export async function rankFiles(options: RankFiles): Promise<Cause[]> {
  const normalUntilMs = timeOf(options.normalUntil);
  if (normalUntilMs === undefined) throw new Problem(`--normal-until "${options.normalUntil}" is not a time`, 2);
  const graph = await readGraph(options.graph);
  if (!graph.nodes.includes(options.target)) throw new Problem(`--target ${options.target}: not a node of ${options.graph}`);
  const series = await readSeries(options.metrics, normalUntilMs);
  checkSeries(series, graph, options);
  return rankCauses({ graph, series, target: options.target, metric: options.metric });
}
