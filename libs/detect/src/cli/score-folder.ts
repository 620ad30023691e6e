/**
 * `score`: each CSV file of a folder, read row by row, with a score and an alert beside each value.
 * Invariants: a row's score is known before the next row is read; files appear under their names only when all were read to the end.
 */
import { mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { scorer, type Scorer } from '../series/scorer.js';
import { linesOf } from './lines.js';
import { columnsOf, fieldsOf, quoted, timeOf, valueOf } from './csv.js';
import { Problem } from './problem.js';

/** Rows are written in blocks of about this many characters. */
const BLOCK = 1 << 16;
const PARTIAL = '.partial';
/** Printed scores are cut, not rounded: 0.85 is printed of what is 0.85 or more, and of nothing else. */
const SCORE_STEPS = 1e6;

async function csvFiles(folder: string): Promise<string[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) throw new Problem(`--in ${folder}: no such folder`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.csv$/i.test(entry.name));
  if (files.length === 0) throw new Problem(`--in ${folder}: no .csv files`);
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

function rowOf(fields: readonly string[], [timeColumn, valueColumn]: readonly number[], where: string) {
  const [time, value] = [fields[timeColumn!], fields[valueColumn!]];
  if (time === undefined || value === undefined) throw new Problem(`${where}: ${fields.length} fields, expected timestamp,value`);
  const at = timeOf(time);
  if (at === undefined) throw new Problem(`${where}: "${time}" is not a time (RFC 3339, YYYY-MM-DD hh:mm:ss, or epoch seconds)`);
  const number = valueOf(value);
  if (number === undefined) throw new Problem(`${where}: "${value}" is not a number`);
  return { time, value, at, number };
}

/** The lines of the answer for the lines of one file. */
export async function* scoredLines(lines: AsyncIterable<string> | Iterable<string>, file: string, series: Scorer = scorer()) {
  let columns: readonly number[] | undefined;
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    if (columns === undefined) {
      columns = columnsOf(line, ['timestamp', 'value'], file);
      yield 'timestamp,value,score,alert';
      continue;
    }
    const { time, value, at, number } = rowOf(fieldsOf(line), columns, `${file}: line ${lineNumber}`);
    const { score, alert } = series.observe(number, at);
    yield `${quoted(time)},${quoted(value)},${Math.floor(score * SCORE_STEPS) / SCORE_STEPS},${alert ? 1 : 0}`;
  }
  if (columns === undefined) throw new Problem(`${file}: empty, expected the header timestamp,value`);
}

async function* blocksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let block = '';
  for await (const line of lines) {
    block += `${line}\n`;
    if (block.length < BLOCK) continue;
    yield block;
    block = '';
  }
  yield block;
}

/** The target is closed when this ends, however it ends: what is still being opened could not be removed. */
async function scoreFile(source: string, target: string, name: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, blocksOf(scoredLines(linesOf(source), name)));
}

/** Scores all of `from` into `to`, which is made where it is missing. Rejects with a Problem, and leaves no file then. */
export async function scoreFolder({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  const names = await csvFiles(from);
  if ((await realpath(from)) === (await realpath(to).catch(() => resolve(to)))) {
    throw new Problem('--out is the folder of --in: the values would be overwritten', 2);
  }
  const staging = join(to, `${PARTIAL}-${process.pid}`);
  try {
    for (const name of names) await scoreFile(join(from, name), join(staging, name), name);
    for (const name of names) {
      await mkdir(dirname(join(to, name)), { recursive: true });
      await rename(join(staging, name), join(to, name));
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${basename(from)}: ${(error as Error).message}`);
  } finally {
    // Where it could not be made there is nothing to remove, and the first error is the one to tell.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}
