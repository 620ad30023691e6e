/** The commands: what they print and the code that they exit with. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Folder } from '../../test/files.js';
import { run } from './run.js';

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.make();
});
afterAll(() => folder.remove());

async function command(...args: string[]): Promise<{ code: number; out: string }> {
  const output = new PassThrough();
  const written = text(output);
  const code = await run(
    args.map((arg) => (arg.startsWith('@') ? folder.file(arg.slice(1)) : arg)),
    Readable.from([]),
    output,
  );
  output.end();
  return { code, out: await written };
}
const parsed = async (...args: string[]) => {
  const { code, out } = await command(...args, '--format', 'json');
  return { code, json: JSON.parse(out) as never };
};
const refusal = (...args: string[]) => command(...args).catch((thrown: Error) => thrown.message);

describe('validate', () => {
  it('finds nothing in good policies', async () => {
    expect(await command('validate', '@good.yaml')).toEqual({ code: 0, out: '1 file: 0 errors, 0 warnings\n' });
    expect(await parsed('validate', '@good.yaml')).toEqual({ code: 0, json: [{ file: folder.file('good.yaml'), problems: [] }] });
  });
  it('names each problem with its place', async () => {
    const { code, out } = await command('validate', '@bad.yaml');
    expect(code).toBe(1);
    expect(out).toContain(`${folder.file('bad.yaml')}:15:11 error spec.action: \`deny\` is no action [bad-action]\n    write: DENY\n`);
    expect(out).toContain('[path-without-slash]');
    expect(out.endsWith('1 file: 1 error, 1 warning\n')).toBe(true);
    const { json } = await parsed('validate', '@bad.yaml');
    expect((json as { problems: object[] }[])[0]?.problems[0]).toEqual({
      severity: 'error',
      code: 'bad-action',
      message: '`deny` is no action',
      path: 'spec.action',
      line: 15,
      column: 11,
      policy: 'AuthorizationPolicy/shop/bad',
      suggestion: 'DENY',
    });
  });
  it('writes SARIF', async () => {
    const { out } = await command('validate', '--format', 'sarif', '@bad.yaml');
    const { version, runs } = JSON.parse(out) as {
      version: string;
      runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string }[] }[];
    };
    expect(version).toBe('2.1.0');
    for (const { ruleId, ruleIndex } of runs[0]?.results ?? []) expect(runs[0]?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(runs[0]?.results.map(({ level }) => level)).toEqual(['error', 'warning']);
  });
  it('walks folders, and goes on after a file that is not there', async () => {
    const { code, json } = await parsed('validate', '@folder', '@nowhere.yaml');
    expect(code).toBe(1);
    const files = json as { file: string; problems: { code: string; line: number }[] }[];
    expect(files.map(({ file, problems }) => [file.slice(folder.path.length + 1), problems.map((problem) => problem.code)])).toEqual([
      ['folder/a.yaml', []],
      ['folder/b.json', ['bad-value']],
      ['nowhere.yaml', ['unreadable']],
    ]);
  });
  it('reads large files whole when asked to', async () => {
    const large = await folder.write('large.yaml', '# x\n'.repeat(600_000));
    expect((await command('validate', large)).code).toBe(1);
    expect((await command('validate', '--all', large)).code).toBe(0);
  });
});

describe('simulate', () => {
  it('decides the requests of a file', async () => {
    const { code, out } = await command('simulate', '@case.yaml');
    expect(code).toBe(0);
    expect(out).toBe(
      'one: DENY: no ALLOW policy matched: `a` has no rules and so allows nothing\nrequest 2: DENY: no ALLOW policy matched: `a` has no rules and so allows nothing\n',
    );
    const { json } = await parsed('simulate', '-f', '@good.yaml', '@case.yaml');
    expect((json as { results: { decision: string }[] }).results.map(({ decision }) => decision)).toEqual(['ALLOW', 'ALLOW']);
  });
  it('says which request cannot be asked', async () => {
    const file = await folder.write('odd.json', JSON.stringify({ policies: [], workload: { namespace: 'a' }, request: { port: 'x' } }));
    expect(await command('simulate', file)).toEqual({ code: 1, out: expect.stringContaining('request 1: request.port') as string });
    expect((await parsed('simulate', file)).code).toBe(1);
  });
});

describe('what-if', () => {
  const flows = ['--flows', '@flows.json'];
  it('exits 1 when observed traffic would be denied, and says which', async () => {
    const { code, out } = await command('what-if', '-f', '@narrow.yaml', '--current', '@good.yaml', ...flows);
    expect(code).toBe(1);
    expect(out).toContain('newly denied       1 flow   5 requests/s');
    expect(out).toContain('newly denied: web → shop/reviews GET /x?y port 9080 (5 requests/s, last seen 2026-11-25T00:00:00Z)');
    expect(out).toContain('then   DENY: no ALLOW policy matched');
  });
  it('exits 0 when nothing changes, or more is allowed', async () => {
    expect((await command('what-if', '-f', '@good.yaml', ...flows)).code).toBe(0);
    const { code, json } = await parsed('what-if', '-f', '@good.yaml', '--current', '@narrow.yaml', ...flows);
    expect([code, (json as { summary: object }).summary]).toEqual([
      0,
      {
        newlyDenied: { flows: 0, requestsPerSecond: 0 },
        newlyAllowed: { flows: 1, requestsPerSecond: 5 },
        undecidable: { flows: 0, requestsPerSecond: 0 },
        unchanged: { flows: 2, requestsPerSecond: 4 },
      },
    ]);
  });
  it('deletes as well, and says what is not there to delete', async () => {
    const { code, json } = await parsed(
      'what-if',
      '--delete',
      'AuthorizationPolicy/shop/reviews-callers',
      '--delete',
      'AuthorizationPolicy/shop/x',
      '--current',
      '@narrow.yaml',
      ...flows,
    );
    expect([code, json]).toMatchObject([0, { summary: { newlyAllowed: { flows: 1 } }, problems: [{ code: 'not-there' }] }]);
  });
  it('tells of what hangs on facts that were not recorded', async () => {
    const { code, out } = await command('what-if', '-f', '@paths.yaml', '--flows', '@answer.json', '--mesh', '@mesh.json');
    expect([code, out]).toEqual([0, expect.stringContaining('undecidable        1 flow') as string]);
    expect(out).toContain('undecidable: shop/web → shop/reviews');
  });
  it('counts what is certainly denied after, whatever it was before', async () => {
    const { code } = await command('what-if', '-f', '@narrow.yaml', '--current', '@paths.yaml', '--flows', '@answer.json');
    expect(code).toBe(1);
  });
  it('writes Markdown for a pull request', async () => {
    const { code, out } = await command('what-if', '-f', '@bad.yaml', ...flows, '--format', 'markdown');
    expect(code).toBe(1);
    expect(out).toContain('| newly denied | 2 | 4 |');
    expect(out).toContain('- error: `AuthorizationPolicy/shop/bad` `spec.action` `deny` is no action');
  });
  it('names workloads that are cut off', async () => {
    const closed = await folder.write(
      'closed.yaml',
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: none, namespace: shop}\nspec: {}\n',
    );
    for (const format of ['text', 'markdown'])
      expect((await command('what-if', '-f', closed, ...flows, '--format', format)).out).toContain('shop/ratings would be cut off');
    expect((await parsed('what-if', '-f', closed, ...flows)).json).toMatchObject({
      cutOff: [{ workload: 'shop/reviews' }, { workload: 'shop/ratings' }],
    });
  });
  it('writes SARIF at the policy that denies', async () => {
    const denying = await folder.write(
      'denying.yaml',
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: none, namespace: shop}\nspec:\n  action: DENY\n  rules:\n  - from: [{source: {principals: ["*/web"]}}]\n',
    );
    const { code, out } = await command('what-if', '-f', denying, ...flows, '--format', 'sarif');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      runs: [
        { results: [{ ruleId: 'flow-newlyDenied', level: 'error', locations: [{ physicalLocation: { region: { startLine: 7 } } }] }, {}] },
      ],
    });
  });
});

describe('suggest', () => {
  it('writes a manifest that denies nothing of what was seen', async () => {
    const { code, out } = await command('suggest', '--flows', '@flows.json');
    expect(code).toBe(0);
    expect(out).toContain('# shop/allow-reviews: suggested\n#   2 identities called it over the recording');
    expect(out).toContain('# replayed: 0 flows newly denied, 0 undecidable, 3 unchanged');
    const file = await folder.write('suggested.yaml', out);
    expect((await command('validate', file)).code).toBe(0);
    expect((await command('what-if', '-f', file, '--flows', '@flows.json')).code).toBe(0);
  });
  it('respects policies that are there, and callers without identity', async () => {
    const { json } = await parsed('suggest', '--flows', '@flows.json', '--current', '@good.yaml', '--detail', 'callers');
    expect((json as { suggestions: { name: string; state: string }[] }).suggestions.map(({ name, state }) => [name, state])).toEqual([
      ['allow-reviews', 'covered'],
      ['allow-ratings', 'suggested'],
      ['default-deny', 'suggested'],
    ]);
    const { out } = await command('suggest', '--flows', '@strangers.json', '--no-default-deny');
    expect(out).toContain('# shop/reviews: withheld'.replace('shop/', 'shop/allow-'));
    expect(out).toContain('methods and paths of cluster.local/ns/shop/sa/web are not known for every request');
    expect(out).not.toContain('default-deny');
    const closing = await parsed('suggest', '--flows', '@strangers.json');
    expect(closing.json).toMatchObject({ suggestions: [{}, {}, { name: 'default-deny', state: 'withheld' }] });
  });
});

describe('test', () => {
  it('passes', async () => {
    const { code, out } = await command('test', '@expect.yaml');
    expect([code, out]).toEqual([0, expect.stringMatching(/ {2}ok {4}web may read\n[\s\S]*3 passed, 0 failed\n$/) as string]);
  });
  it('fails with what was wanted, what happened and why', async () => {
    const failing = await folder.write(
      'failing.yaml',
      `policies:
- good.yaml
- ${JSON.stringify({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'x', namespace: 'other' }, spec: {} })}
- |
  apiVersion: security.istio.io/v1
  kind: AuthorizationPolicy
  metadata: {name: y, namespace: other}
tests:
- {name: a, workload: {namespace: shop, labels: {app: reviews}}, request: {}, expect: ALLOW}
- {name: b, workload: {namespace: shop, labels: {app: reviews}}, request: {}, expect: DENY, by: shop/x}
- {name: c, workload: {namespace: shop, labels: {app: reviews}}, request: {}, expect: DENY, missing: [path]}
- {name: d, workload: nowhere, expect: DENY}
- {name: e, workload: {namespace: shop}, expect: MAYBE}
`,
    );
    const { code, json } = await parsed('test', failing);
    expect(code).toBe(1);
    expect((json as { results: { detail: string }[] }[])[0]?.results.map(({ detail }) => detail)).toEqual([
      'expected ALLOW, and it is DENY',
      'expected it to be decided by shop/x, and it is by no policy',
      'expected it to hang on path',
      expect.stringContaining('workload'),
      'expect: one of ALLOW, DENY, INDETERMINATE',
    ]);
    expect((await command('test', failing)).out).toContain('  FAIL  a: expected ALLOW, and it is DENY\n          no ALLOW policy matched');
    expect(JSON.parse((await command('test', failing, '--format', 'sarif')).out)).toMatchObject({
      runs: [{ results: [{ ruleId: 'expectation' }, {}, {}, {}, {}] }],
    });
  });
});

describe('a command that cannot be run', () => {
  it.each<[string[], string]>([
    [[], 'no command'],
    [['explode'], 'there is no command explode'],
    [['validate'], 'name at least one file'],
    [['validate', '--format', 'xml', 'x'], 'one of text, json, sarif'],
    [['simulate'], 'name one file, or say --jsonl'],
    [['simulate', '@flows.json'], 'no `requests`'],
    [['simulate', '@nowhere'], 'there is no such file'],
    [['simulate', '@folder'], 'it is a folder'],
    [['what-if', '--flows', '@flows.json'], 'name policies with -f'],
    [['what-if', '-f', '@good.yaml'], 'say with --flows'],
    [['what-if', '-f', '@nowhere.yaml', '--flows', '@flows.json'], 'there is no such file'],
    [['what-if', '-f', '@folder/notes.txt', '--flows', '@good.yaml'], 'a list of flows'],
    [['what-if', '-f', '@good.yaml', '--flows', '@flows.json', '--mesh', '@broken-mesh.json'], 'mesh.trustDomain'],
    [['what-if', '-f', '@not-yaml.yaml', '--flows', '@flows.json'], 'not-yaml.yaml:1:5'],
    [['what-if', '-f', '@good.yaml', '--flows', '@not-yaml.json'], 'not-yaml.json'],
    [
      ['what-if', '-f', '@good.yaml', '--flows', '@odd-flows.json'],
      'flows.0: a flow is an object; flows.1: there is no workload in it; flows.2: there is no workload x; flows.3.requestsPerSecond: a number',
    ],
    [['suggest', '--flows', '@flows.json', '--detail', 'all'], 'callers or operations'],
    [['test'], 'name at least one file'],
    [['test', '@flows.json'], 'there is no test in'],
    [['test', '@strangers.json'], 'a file of expectations is a map'],
    [['validate', '--no-such-option'], 'no-such-option'],
  ])('%j', async (args, message) => {
    await folder.write('broken-mesh.json', '{"trustDomain": 7}');
    await folder.write('not-yaml.yaml', 'a: [');
    await folder.write('not-yaml.json', '{"a": ');
    await folder.write(
      'odd-flows.json',
      JSON.stringify([
        7,
        { request: {} },
        { workload: 'x', request: {} },
        { workload: { namespace: 'a' }, request: {}, requestsPerSecond: 'x' },
      ]),
    );
    expect(await refusal(...args)).toContain(message);
  });
  it('is helped', async () => expect((await command('--help')).out).toMatch(/^usage: observatory-policy/));
});
