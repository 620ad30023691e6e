import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchSuite, until, type LaunchedSuite } from '../src/index.js';
import { isRunning } from '../src/processes/process-table.js';
import type { RunningProcess } from '../src/suite/supervisor.js';

const LAUNCHER = join(import.meta.dirname, '../../../dev/start.mjs');
const EVERYBODY = ['postgres', 'redis', 'nats', 'demo', 'prometheus', 'gateway', 'metrics', 'topology', 'certs', 'policy', 'anomaly'];
/** DESIGN §10: a killed service is back within this time. */
const BACK_WITHIN_MS = 10_000;

describe('npm start', () => {
  // The folder is kept from start to start: only the first writes the demo mesh's history.
  let dataFolder: string;
  let suite: LaunchedSuite;
  let processes: readonly RunningProcess[];

  const start = async () => {
    suite = await launchSuite({ dataFolder, env: { OBSERVATORY_WINDOW_SEC: '5', OBSERVATORY_DEMO_DAYS: '1' } });
    ({ processes } = await suite.state());
  };
  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'observatory-start-'));
    await start();
  }, 400_000);
  afterAll(async () => {
    await suite?.[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const alive = async () => {
    const found = await Promise.all(processes.map(isRunning));
    return processes.filter((_, index) => found[index]).map(({ name }) => name);
  };
  const get = (path: string) => fetch(`${suite.url}${path}`, { headers: { authorization: `Bearer ${suite.adminToken}` } });

  it('runs everything, and serves the page and the API', async () => {
    expect(processes.map(({ name }) => name).toSorted()).toEqual(EVERYBODY.toSorted());
    expect(await (await get('/')).text()).toContain('<div id="root"');
    const status = (await (await get('/api/v1/status')).json()) as { demo: boolean };
    expect(status.demo).toBe(true);
  });

  it('refuses a second start on the same data, names the first, and does not disturb it', async () => {
    const second = await new Promise<{ code: unknown; text: string }>((resolve) => {
      const env = { ...process.env, NODE_OPTIONS: '', OBSERVATORY_DATA: dataFolder };
      execFile(process.execPath, [LAUNCHER], { env }, (error, stdout, stderr) => resolve({ code: error?.code, text: stdout + stderr }));
    });
    expect(second.code).toBe(1);
    expect(second.text).toContain(`runs already: ${suite.url}`);
    expect(await alive()).toHaveLength(EVERYBODY.length);
    expect((await get('/api/v1/status')).status).toBe(200);
  });

  it('starts each killed process again, and says so', async () => {
    for (const { name, pid } of processes) {
      process.kill(pid, 'SIGKILL');
      await until(() => suite.output().includes(`${name} runs again`), { deadlineMs: BACK_WITHIN_MS, what: `${name} being back` });
      expect(suite.output()).toContain(`${name} ended (SIGKILL)`);
    }
    await until(async () => (await get('/api/v1/status')).ok, { deadlineMs: BACK_WITHIN_MS, what: 'the gateway answering' });
    ({ processes } = await suite.state());
  });

  it('leaves nothing behind on SIGTERM', async () => {
    expect(await alive()).toHaveLength(EVERYBODY.length);
    await suite.stop();
    expect(await alive()).toEqual([]);
  });

  it('leaves nothing behind when it is killed, and starts again after that', async () => {
    await start();
    await suite.kill();
    await until(async () => (await alive()).length === 0, { deadlineMs: BACK_WITHIN_MS, what: 'the end of every process' });
    await start();
    expect(suite.output()).not.toContain('left behind');
  }, 400_000);
});
