/**
 * What holds of every policy and request: the compiled engine decides as the naive evaluator does; negation, union and order; and a
 * decision that was made without some facts is the one of every way they could be. `npm run bench -- policy` runs far more of it.
 */
import * as fc from 'fast-check';
import { naiveDecision } from '../../test/naive.js';
import {
  completed,
  randomCase,
  randomFrom,
  randomPolicy,
  randomRequest,
  randomRule,
  randomUnknown,
  type RandomCase,
} from '../../test/random.js';
import { readAuthorizationPolicy } from '../model/read-policy.js';
import type { Request } from '../model/request.js';
import { simulate } from '../simulate.js';

const RUNS = 500;
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const SEED = 20_261_125;

function decide({ mesh, policies, workload }: RandomCase, request: object) {
  const [decision] = simulate({
    mesh,
    policies: policies.map((policy) => readAuthorizationPolicy(policy)),
    workload,
    requests: [request as Request],
  });
  return decision;
}
const holds = (property: (seed: number) => boolean | void, numRuns = RUNS) =>
  fc.assert(fc.property(seeds, property), { numRuns, seed: SEED });

it('decides as the naive evaluator does', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random);
    const request = randomRequest(random);
    expect(decide(asked, request)?.decision).toBe(naiveDecision({ ...asked, request }));
  }));

it('decides as the naive evaluator does with many policies, where the index chooses', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random, 40);
    for (let round = 0; round < 5; round += 1) {
      const request = randomRequest(random);
      expect(decide(asked, request)?.decision).toBe(naiveDecision({ ...asked, request }));
    }
  }, 60));

it('gives every decision a reason, and names a policy that was given', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random);
    const result = decide(asked, randomRequest(random));
    expect(result?.reason).toMatch(/\S/);
    const names = asked.policies.map((policy) => (policy as { metadata: { name: string } }).metadata.name);
    if (result?.decidedBy) expect(names).toContain(result.decidedBy.name);
  }));

it('does not depend on the order of policies, rules and values', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random, 6);
    const request = randomRequest(random);
    expect(decide({ ...asked, policies: asked.policies.map(reversed).toReversed() }, request)?.decision).toBe(
      decide(asked, request)?.decision,
    );
  }));

function reversed(policy: object): object {
  const { spec } = policy as { spec: { rules?: unknown[] } };
  return { ...policy, spec: { ...spec, ...(spec.rules ? { rules: spec.rules.toReversed() } : {}) } };
}

it('takes a policy with several rules for several policies', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random, 3);
    const split = asked.policies.flatMap((policy) => {
      const { spec } = policy as { spec: { rules?: unknown[] } };
      return (spec.rules?.length ?? 0) < 2 ? [policy] : (spec.rules ?? []).map((rule) => ({ ...policy, spec: { ...spec, rules: [rule] } }));
    });
    const request = randomRequest(random);
    expect(decide({ ...asked, policies: split }, request)?.decision).toBe(decide(asked, request)?.decision);
  }));

it('takes a not-form for the negation of its form', () => {
  const FIELDS = ['principals', 'namespaces', 'trustDomains', 'requestPrincipals'] as const;
  const values = fc.uniqueArray(fc.constantFrom('*', 'a', 'a*', '*x', 'cluster.local/ns/a/sa/x', 'i/*', 'td1'), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(seeds, fc.constantFrom(...FIELDS), values, (seed, field, list) => {
      const random = randomFrom(seed);
      const request = { ...randomRequest(random), protocol: 'http' };
      const only = (name: string) => ({
        ...randomCase(random),
        workload: { namespace: 'a', labels: {} },
        policies: [
          {
            ...randomPolicy(random, 'p'),
            metadata: { name: 'p', namespace: 'a' },
            spec: { rules: [{ from: [{ source: { [name]: list } }] }] },
          },
        ],
      });
      const base = only(field);
      const negated = { ...base, policies: only(`not${field[0]?.toUpperCase()}${field.slice(1)}`).policies };
      expect(decide(base, request)?.decision).not.toBe(decide(negated, request)?.decision);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

it('allows no more with one more DENY rule, and denies no more with one more ALLOW rule', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random);
    const request = randomRequest(random);
    const before = decide(asked, request)?.decision;
    const more = (action: string, rules: unknown[]) => ({
      ...asked,
      policies: [...asked.policies, { metadata: { name: 'more', namespace: asked.workload.namespace }, spec: { action, rules } }],
    });
    const rules = [randomRule(random)];
    if (before === 'DENY') expect(decide(more('DENY', rules), request)?.decision).toBe('DENY');
    const withAllow = decide(more('ALLOW', [{}]), request)?.decision;
    if (before === 'ALLOW' && asked.workload.waypoint === undefined) expect(withAllow).toBe('ALLOW');
  }));

it('decides without some facts as with every value that they could have', () =>
  holds((seed) => {
    const random = randomFrom(seed);
    const asked = randomCase(random);
    const request = { ...randomRequest(random), protocol: random() < 0.8 ? 'http' : 'tcp' };
    const unknown = randomUnknown(random);
    const result = decide(asked, { ...request, unknown });
    if (result?.decision === 'INDETERMINATE') {
      expect(unknown).toEqual(expect.arrayContaining([...(result.missing ?? [])]));
      expect(result.missing?.length).toBeGreaterThan(0);
      return;
    }
    for (let round = 0; round < 10; round += 1) {
      const known = completed(random, request, unknown);
      expect(decide(asked, known)?.decision).toBe(result?.decision);
    }
  }));
