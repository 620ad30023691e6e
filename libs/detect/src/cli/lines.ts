/** The lines of a file, read in pieces: memory does not grow with the file. */
import { createReadStream } from 'node:fs';
import { Problem } from './problem.js';

/** A line longer than this is no CSV: nothing is buffered without a bound. */
const LONGEST_LINE = 1 << 20;

export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_LINE) throw new Problem(`${file}: a line is longer than ${LONGEST_LINE} characters`);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}
