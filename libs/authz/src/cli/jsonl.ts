/**
 * `simulate --jsonl`: a case a line in, a decision a line out (DESIGN §8).
 * Invariant: one line out for each line in, in their order; a line that cannot be read says so and does not stop the rest.
 */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { parseAllDocuments } from 'yaml';
import { readAuthorizationPolicy } from '../model/read-policy.js';
import type { AuthorizationPolicy, MeshSettings, Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { simulate } from '../simulate.js';

interface Case {
  readonly id?: string | number;
  readonly mesh?: Partial<MeshSettings>;
  readonly policies: readonly unknown[] | string;
  readonly workload: Workload;
  readonly request: Request;
}

export function policiesOf(policies: readonly unknown[] | string): AuthorizationPolicy[] {
  const objects = typeof policies === 'string' ? parseAllDocuments(policies).map((document) => document.toJS() as unknown) : policies;
  return objects.filter(isAuthorizationPolicy).map(readAuthorizationPolicy);
}

function isAuthorizationPolicy(object: unknown): boolean {
  const { kind } = (object ?? {}) as { kind?: unknown };
  return typeof object === 'object' && object !== null && (kind === undefined || kind === 'AuthorizationPolicy');
}

function decideLine(line: string): Record<string, unknown> {
  const { id, mesh, policies, workload, request } = JSON.parse(line) as Case;
  const [result] = simulate({
    mesh,
    policies: policiesOf(policies),
    workload: { ...workload, labels: workload.labels ?? {} },
    requests: [request],
  });
  const by = result?.decidedBy;
  return {
    id,
    decision: result?.decision,
    byPolicy: by ? `${by.namespace}/${by.name}` : null,
    reason: result?.reason,
    ...(result?.missing ? { missing: result.missing } : {}),
  };
}

/** Resolves with the number of lines that could not be read. */
export async function simulateLines(input: Readable, output: Writable): Promise<number> {
  let failures = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    let answer: Record<string, unknown>;
    try {
      answer = decideLine(line);
    } catch (error) {
      failures += 1;
      answer = { error: `the line cannot be read: ${(error as Error).message}` };
    }
    if (!output.write(`${JSON.stringify(answer)}\n`)) await new Promise((resolve) => output.once('drain', resolve));
  }
  return failures;
}
