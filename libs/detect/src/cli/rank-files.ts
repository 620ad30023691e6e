/** `rank`: reads a call graph and metrics from files and ranks the probable causes of what is unusual at one node. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CallGraph } from '../rank/call-graph.js';
import type { MetricSeries } from '../rank/deviation.js';
import { rankCauses, type Cause } from '../rank/rank-causes.js';
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

async function readGraph(file: string): Promise<CallGraph> {
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
}

/** The series of a metrics file, split where normal ends; rows without a value are left out. */
export async function readSeries(
  lines: AsyncIterable<string> | Iterable<string>,
  file: string,
  normalUntilMs: number,
): Promise<MetricSeries[]> {
  const found = new Map<string, Growing>();
  let columns: number[] | undefined;
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    if (columns === undefined) {
      columns = columnsOf(line, ['timestamp', 'subject', 'metric', 'value'], file);
      continue;
    }
    const fields = fieldsOf(line);
    const [time, subject, metric, text] = columns.map((column) => fields[column] ?? '') as [string, string, string, string];
    const at = timeOf(time);
    const value = valueOf(text);
    const problem = at === undefined ? `"${time}" is not a time` : value === undefined ? `"${text}" is not a number` : undefined;
    if (problem !== undefined) throw new Problem(`${file}: line ${lineNumber}: ${problem}`);
    if (Number.isNaN(value)) continue;
    const key = `${subject}\n${metric}`;
    let series = found.get(key);
    if (series === undefined) found.set(key, (series = { subject, metric, normal: [], recent: [] }));
    if (at! <= normalUntilMs) series.normal.push(value!);
    else series.recent.push([at!, value!]);
  }
  if (columns === undefined) throw new Problem(`${file}: empty, expected the header timestamp,subject,metric,value`);
  return [...found.values()];
}

/** Rejects with a Problem where a file cannot be used or the target is not in the graph. */
export async function rankFiles(options: RankFiles): Promise<Cause[]> {
  const normalUntilMs = timeOf(options.normalUntil);
  if (normalUntilMs === undefined) throw new Problem(`--normal-until "${options.normalUntil}" is not a time`, 2);
  const graph = await readGraph(options.graph);
  if (!graph.nodes.includes(options.target)) throw new Problem(`--target ${options.target}: not a node of ${options.graph}`);
  const lines = linesOf(options.metrics);
  const series = await readSeries(lines, options.metrics, normalUntilMs);
  if (series.length === 0) throw new Problem(`${options.metrics}: no values`);
  return rankCauses({ graph, series, target: options.target, metric: options.metric });
}
