import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemo, type RunningDemo } from '../src/index.js';

const command = join(import.meta.dirname, '../../../dev/demo.mjs');

let folder: string;
let demo: RunningDemo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-command-'));
  demo = await startDemo({ kubePort: 0, httpPort: 0, dataFolder: join(folder, 'mesh'), seed: 7 });
});
afterAll(async () => {
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(words: string[], options: { env?: Record<string, string>; input?: string } = {}): Promise<Run> {
  const env = { ...process.env, NODE_OPTIONS: '', OBSERVATORY_DEMO_URL: demo.httpUrl, ...options.env };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...words], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(options.input ?? '');
  });
}

describe('npm run demo', () => {
  it('injects, lists and clears', async () => {
    const injected = await run(['inject', 'latency', '--target', 'shop/cart', '--strength=3', '--duration', '60']);
    expect(injected).toMatchObject({ code: 0, stdout: expect.stringContaining('shop/cart takes 3 times as long') as string });
    expect(demo.mesh.faults.list()).toMatchObject([{ kind: 'latency', strength: 3, durationSec: 60 }]);
    const [id] = injected.stdout.split(' ');
    expect((await run(['list'])).stdout).toContain(id);
    expect((await run(['clear', id!])).stdout).toContain('ended');
    expect((await run(['list'])).stdout).toContain('no faults');
  });

  it('does what the README says', async () => {
    const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const lines = Array.from(readme.matchAll(/^npm run demo -- ([^#\n]+)/gm), ([, words]) => words!.trim().split(/\s+/));
    expect(lines.length).toBeGreaterThan(0);
    for (const words of lines) expect(await run(words)).toMatchObject({ code: 0, stderr: '' });
    expect(demo.mesh.faults.list()).toMatchObject([{ kind: 'errors', target: 'shop/catalog' }]);
    await run(['clear']);
  });

  it('applies objects from a file or its input, and deletes them', async () => {
    const manifest =
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: from-command, namespace: shop}\nspec: {action: DENY, rules: []}\n';
    const file = join(folder, 'policy.yaml');
    await writeFile(file, manifest);
    for (const [from, input] of [
      [file, ''],
      ['-', manifest],
    ] as const) {
      expect(await run(['apply', '-f', from], { input })).toMatchObject({
        code: 0,
        stdout: 'AuthorizationPolicy shop/from-command applied\n',
      });
      expect((await run(['delete', 'authorizationpolicy', 'shop', 'from-command'])).code).toBe(0);
    }
    expect(await run(['delete', 'authorizationpolicy', 'shop', 'from-command'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no authorizationpolicy') as string,
    });
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['no words', [], {}, 'npm run demo -- inject'],
    ['an unknown command', ['constructor'], {}, 'npm run demo -- inject'],
    ['a target that is not there', ['inject', 'errors', '--target', 'shop/none'], {}, 'no workload shop/none'],
    ['a second target', ['inject', 'errors', 'shop/catalog', 'shop/cart'], {}, 'cannot read shop/cart'],
    ['an unknown flag', ['inject', 'errors', '--for', '60'], {}, '--for'],
    ['a strength that is no number', ['inject', 'errors', '--strength', 'much'], {}, 'strength is a number'],
    ['an unreadable file', ['apply', '-f', '/none.yaml'], {}, 'cannot be read: ENOENT'],
    ['a suite that is not running', ['list'], { OBSERVATORY_DEMO_URL: '', OBSERVATORY_DATA: '/none' }, 'the suite is not running'],
    ['a demo that does not answer', ['list'], { OBSERVATORY_DEMO_URL: 'http://127.0.0.1:9' }, 'does not answer'],
  ])('says what is wrong: %s', async (_, words, env, expected) => {
    expect(await run(words, { env })).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(expected) as string });
  });

  it('finds the demo of a running suite', async () => {
    await writeFile(join(folder, 'state.json'), JSON.stringify({ demoControlUrl: `${demo.httpUrl}/control` }));
    expect(await run(['list'], { env: { OBSERVATORY_DEMO_URL: '', OBSERVATORY_DATA: folder } })).toMatchObject({
      code: 0,
      stdout: 'no faults are active\n',
    });
    await writeFile(join(folder, 'state.json'), '{}');
    expect(await run(['list'], { env: { OBSERVATORY_DEMO_URL: '', OBSERVATORY_DATA: folder } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('without a demo mesh') as string,
    });
  });
});
