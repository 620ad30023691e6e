/**
 * `simulate --jsonl`: a case a line in, a decision a line out (DESIGN §8).
 * Invariant: one line out for each line in that holds anything, in their order; a line that cannot be decided says why in `error`,
 * with its `id` where that could be read, and does not stop the rest.
 */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Cases } from '../simulate-case.js';

type Fields = Readonly<Record<string, unknown>>;

function answerTo(line: string, cases: Cases): { answer: Fields; failed: boolean } {
  let fields: Fields;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('a case is an object');
    fields = value as Fields;
  } catch (thrown) {
    return { answer: { error: `the line cannot be read: ${(thrown as Error).message}` }, failed: true };
  }
  const id = 'id' in fields ? { id: fields['id'] } : {};
  const decided = cases.decide(fields);
  if (decided.problems) return { answer: { ...id, error: decided.problems.join('; ') }, failed: true };
  const { decision, decidedBy, reason, missing } = decided.value;
  const byPolicy = decidedBy ? `${decidedBy.namespace}/${decidedBy.name}` : null;
  return { answer: { ...id, decision, byPolicy, reason, ...(missing ? { missing } : {}) }, failed: false };
}

/** Resolves with the number of lines that could not be decided. */
export async function simulateLines(input: Readable, output: Writable): Promise<number> {
  const cases = new Cases();
  let failures = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const { answer, failed } = answerTo(line, cases);
    if (failed) failures += 1;
    if (!output.write(`${JSON.stringify(answer)}\n`)) await new Promise((resolve) => output.once('drain', resolve));
  }
  return failures;
}
