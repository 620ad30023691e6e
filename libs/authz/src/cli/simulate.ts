/** `simulate FILE`: one body of `POST /policies/simulate`, in JSON or YAML, with its policies in it or in other files. */
import type { Writable } from 'node:stream';
import { Cases } from '../simulate-case.js';
import { fieldsOf, listOf, textOf } from '../validate/finding.js';
import { UsageError } from './files.js';

/** Exit code 0: everything was decided, whatever the decisions; 1: something could not be asked. */
export function simulateBody(
  body: unknown,
  policies: string | undefined,
  { format, output }: { format: 'text' | 'json'; output: Writable },
): number {
  const fields = fieldsOf(body);
  const requests = listOf(fields['requests'] ?? (fields['request'] === undefined ? [] : [fields['request']]));
  if (requests.length === 0) throw new UsageError('simulate: the file has no `requests`');
  const cases = new Cases();
  let isComplete = true;
  const results = requests.map((request, index) => {
    const id = textOf(fieldsOf(request)['id']);
    const { value, problems } = cases.decide({ ...fields, ...(policies === undefined ? {} : { policies }), request });
    if (value) return { ...(id === undefined ? {} : { id }), ...value };
    isComplete = false;
    return { ...(id === undefined ? {} : { id }), error: `request ${index + 1}: ${problems.join('; ')}` };
  });
  if (format === 'json') output.write(`${JSON.stringify({ results }, undefined, 2)}\n`);
  else
    for (const [index, result] of results.entries()) {
      const name = result.id ?? `request ${index + 1}`;
      output.write('error' in result ? `${name}: ${result.error}\n` : `${name}: ${result.decision}: ${result.reason}\n`);
    }
  return isComplete ? 0 : 1;
}
