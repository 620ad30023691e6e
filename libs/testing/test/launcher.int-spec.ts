import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../src/index.js';

const ROOT = join(import.meta.dirname, '../../..');

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function npmStart(flags: readonly string[], env: Record<string, string>, root = ROOT): Promise<Outcome> {
  const { KUBECONFIG: _, PROMETHEUS_URL: __, ...rest } = process.env;
  return new Promise((resolve) => {
    const options = { env: { ...rest, NODE_OPTIONS: '', HOME: tmpdir(), ...env }, timeout: 60_000 };
    execFile(process.execPath, [join(root, 'dev/start.mjs'), ...flags], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe('a start that cannot succeed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'observatory-launcher-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function checkRefusal(outcome: Promise<Outcome>, ...expected: string[]): Promise<void> {
    const { code, output } = await outcome;
    for (const text of expected) expect(output).toContain(text);
    expect(output).not.toMatch(/^\s+at .*:\d+/m);
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'state.json'))).toBe(false);
  }
  const data = () => ({ OBSERVATORY_DATA: folder });

  it('names an unknown flag', () => checkRefusal(npmStart(['--demo-mode'], data()), 'Unknown flag --demo-mode', '--help'));
  it('names every setting that makes no sense', () =>
    checkRefusal(
      npmStart([], { ...data(), PORT: 'http', OBSERVATORY_WINDOW_SEC: '0' }),
      'PORT=http: must be',
      'OBSERVATORY_WINDOW_SEC=0: must be',
    ));
  it('asks for a cluster without the demo mesh', () =>
    checkRefusal(npmStart(['--no-demo'], data()), 'set KUBECONFIG', 'set PROMETHEUS_URL'));
  it('names a file of clusters that is not there', () =>
    checkRefusal(npmStart([], { ...data(), OBSERVATORY_CLUSTERS: '/no/such/file.yaml' }), 'OBSERVATORY_CLUSTERS=/no/such/file.yaml'));

  it('names a port that is in use', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    await checkRefusal(
      npmStart([], { ...data(), PORT: String(port) }),
      `Port ${port} on 127.0.0.1 is in use`,
      `PORT=${port + 1} npm start`,
    );
    other.close();
  });

  it('names an address that is not of this machine', async () =>
    checkRefusal(
      npmStart([], { ...data(), HOST: '192.0.2.1', PORT: String(await freePort()) }),
      'Cannot listen on 192.0.2.1',
      'HOST must be',
    ));

  it('says when its data folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await checkRefusal(
      npmStart([], { OBSERVATORY_DATA: join(folder, 'file/data') }),
      'A file stands where a folder is needed',
      'OBSERVATORY_DATA',
    );
  });

  it('says which servers are missing and how to install them where no package manager helps', () =>
    checkRefusal(
      npmStart([], { ...data(), PATH: dirname(process.execPath) }),
      'Not on PATH:',
      'redis-server',
      'sudo apt-get',
      'brew install',
    ));
});

describe('an installation that cannot succeed', () => {
  let clone: string;
  beforeEach(async () => {
    clone = await mkdtemp(join(tmpdir(), 'observatory-clone-'));
    await cp(join(ROOT, 'dev'), join(clone, 'dev'), { recursive: true });
  });
  afterEach(() => rm(clone, { recursive: true, force: true }));

  const manifest = { name: 'clone', version: '1.0.0', dependencies: { wanted: '1.0.0' } };
  async function writeClone(lock: string, dependencies: Record<string, string> = manifest.dependencies): Promise<void> {
    await writeFile(join(clone, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
    await writeFile(join(clone, 'package-lock.json'), lock);
  }
  const lockOf = (packages: object) => JSON.stringify({ name: 'clone', version: '1.0.0', lockfileVersion: 3, requires: true, packages });

  async function check(expected: string, env: Record<string, string> = {}): Promise<void> {
    const { code, output } = await npmStart([], env, clone);
    expect(output).toContain(expected);
    expect(output).not.toMatch(/^\s+at .*:\d+/m);
    expect(code).toBe(1);
  }

  it('says that the lockfile is missing', async () => {
    await mkdir(join(clone, 'node_modules'));
    await check('package-lock.json is missing');
  });
  it('says that the lockfile does not fit', async () => {
    await writeClone(lockOf({ '': { name: 'clone', version: '1.0.0' } }), { wanted: 'file:./wanted' });
    await mkdir(join(clone, 'wanted'));
    await writeFile(join(clone, 'wanted/package.json'), '{"name": "wanted", "version": "1.0.0"}');
    await check('package-lock.json does not fit package.json or is damaged');
  });
  it('says that the lockfile is damaged', async () => {
    await writeClone('{"name": "clone", <<<<<<< ours');
    await check('package-lock.json does not fit package.json or is damaged');
  });
  it('says that the registry cannot be reached', async () => {
    await writeClone(lockOf({ '': manifest, 'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-AAAA' } }));
    const env = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0', npm_config_cache: join(clone, 'cache') };
    await check('The npm registry cannot be reached', env);
  });
});

describe('explain', () => {
  const load = async () => (await import(join(ROOT, 'dev/lib/problem.mjs'))) as { explain: (error: unknown) => string };
  const check = async (error: object, expected: string) => expect((await load()).explain(error)).toContain(expected);

  it('knows a full disk by its code, and by what a server wrote', async () => {
    await check({ code: 'ENOSPC', path: '/data/state.json' }, 'The disk is full (/data/state.json)');
    await check(
      { name: 'StartError', message: 'postgres did not start', log: 'FATAL: could not write: No space left on device' },
      'The disk is full',
    );
  });
  it('knows folders that may not be written to', async () => {
    await check({ code: 'EACCES', path: '/data' }, 'No permission to write (/data)');
    await check({ code: 'EROFS', path: '/data' }, 'read-only (/data)');
  });
  it('refuses to start without space', async () => {
    const { requireSpace } = (await import(join(ROOT, 'dev/lib/install.mjs'))) as {
      requireSpace: (folder: string, bytes: number) => Promise<void>;
    };
    await expect(requireSpace(tmpdir(), 1e18)).rejects.toThrow(/Not enough disk space: .* GB free/);
    await expect(requireSpace(tmpdir(), 1)).resolves.toBeUndefined();
  });
});
