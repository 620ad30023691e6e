/** The contract of `simulate --jsonl`, line by line. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HTTP, WORKLOAD, from, policy } from '../../test/cases.js';
import { run } from './run.js';

async function answers(lines: readonly (object | string)[]): Promise<{ code: number; out: Record<string, unknown>[] }> {
  const output = new PassThrough();
  const input = Readable.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`));
  const written = text(output);
  const code = await run(['simulate', '--jsonl'], input, output);
  output.end();
  const out = (await written).split('\n').filter((line) => line !== '');
  return { code, out: out.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
const POLICIES = [policy(from({ principals: [HTTP.source.principal] }), { name: 'viewer' })];
const one = { id: 'a', policies: POLICIES, workload: WORKLOAD, request: HTTP };

it('answers each line with id, decision, policy and reason', async () => {
  const { code, out } = await answers([
    one,
    { ...one, id: 7, request: { ...HTTP, source: {} } },
    '',
    { ...one, id: undefined, policies: [] },
  ]);
  expect(code).toBe(0);
  expect(out).toEqual([
    {
      id: 'a',
      decision: 'ALLOW',
      byPolicy: 'shop/viewer',
      reason: expect.stringContaining('ALLOW policy `shop/viewer` allows it: rule 1 matched') as string,
    },
    { id: 7, decision: 'DENY', byPolicy: null, reason: expect.stringContaining('the request has no identity (no mutual TLS)') as string },
    { decision: 'ALLOW', byPolicy: null, reason: expect.stringContaining('everything is allowed') as string },
  ]);
});

it('takes policies as YAML, of several kinds', async () => {
  const yaml = `${JSON.stringify(POLICIES[0])}\n---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n---\nkind: Service\napiVersion: v1\nmetadata: {name: x}\n`;
  const { out } = await answers([
    { ...one, policies: yaml },
    { ...one, policies: yaml, request: { ...HTTP, source: {} } },
    { ...one, policies: yaml, request: { ...HTTP, source: {}, unknown: ['source.principal'] } },
  ]);
  expect(out.map(({ decision, byPolicy }) => [decision, byPolicy])).toEqual([
    ['ALLOW', 'shop/viewer'],
    ['DENY', 'shop/strict'],
    ['INDETERMINATE', null],
  ]);
});

it('names what is missing', async () => {
  const { out } = await answers([{ ...one, request: { ...HTTP, unknown: ['source.principal'] } }]);
  expect(out[0]).toMatchObject({
    decision: 'INDETERMINATE',
    byPolicy: null,
    missing: ['source.principal'],
    reason: 'it hangs on what is not known: source.principal',
  });
});

it('takes null for what is absent, and what is left out for the usual', async () => {
  const { code, out } = await answers([
    {
      ...one,
      mesh: null,
      request: { protocol: 'http', source: { principal: null, ip: null }, host: null, headers: null, jwt: null, unknown: null },
    },
    { policies: null, workload: { namespace: 'a' }, request: {} },
    { ...one, policies: [{ metadata: { namespace: 'shop' }, spec: {} }] },
  ]);
  expect(code).toBe(0);
  expect(out.map(({ decision }) => decision)).toEqual(['DENY', 'ALLOW', 'DENY']);
});

it.each<[string, object | string, string]>([
  ['no JSON', '{"id": ', 'the line cannot be read'],
  ['no object', '[1]', 'a case is an object'],
  ['no workload', { id: 'a', policies: [], request: HTTP }, 'workload'],
  ['a workload without namespace', { ...one, workload: { labels: {} } }, 'workload.namespace'],
  ['no request', { id: 'a', policies: [], workload: WORKLOAD }, 'request'],
  ['another protocol', { ...one, request: { protocol: 'udp' } }, 'request.protocol'],
  ['a port as text', { ...one, request: { ...HTTP, port: 'http' } }, 'request.port'],
  ['a bad normalization', { ...one, mesh: { pathNormalization: 'SOME' } }, 'mesh.pathNormalization'],
  ['policies that are a number', { ...one, policies: 7 }, 'policies: a list of objects, or YAML'],
  ['a policy that is text', { ...one, policies: ['x'] }, 'policies.0: a policy is an object'],
  ['policies that are no YAML', { ...one, policies: 'a: [' }, 'policies: line 1'],
])('says why a line cannot be decided, and goes on: %s', async (_, line, error) => {
  const { code, out } = await answers([line, one]);
  expect(code).toBe(1);
  expect(String(out[0]?.['error'])).toContain(error);
  if (typeof line === 'object') expect(out[0]?.['id']).toBe('a');
  expect(out[1]).toMatchObject({ id: 'a', decision: 'ALLOW' });
});

it('answers every line as if it were the only one', async () => {
  const other = { ...one, policies: [policy({})] };
  const { out } = await answers([one, other, one, { ...one, workload: { ...WORKLOAD, namespace: 'other' } }, one]);
  expect(out.map(({ decision }) => decision)).toEqual(['ALLOW', 'DENY', 'ALLOW', 'ALLOW', 'ALLOW']);
});
