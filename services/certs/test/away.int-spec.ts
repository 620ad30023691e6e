/** The service without its database: what is seen is shown, what needs the database says so. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CERTS_SUBJECTS } from '@observatory/contracts';
import { startDemo, type RunningDemo } from '@observatory/demo-mesh';
import { freePort, until } from '@observatory/testing';
import { Suite } from './suite.js';

describe('without a database and without Prometheus', () => {
  let folder: string;
  let demo: RunningDemo;
  let suite: Suite;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certs-away-'));
    [demo, suite] = await Promise.all([startDemo({ kubePort: 0, httpPort: 0, dataFolder: join(folder, 'mesh'), seed: 7 }), Suite.start()]);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, await (await fetch(`${demo.httpUrl}/control/kubeconfig`)).text());
    await suite.run({ kubeconfig }, { DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nothing` });
  });
  afterAll(async () => {
    await suite?.stop();
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows what the wire shows', async () => {
    const wired = async () =>
      (await suite.gateway.request(CERTS_SUBJECTS.certificateList, { kinds: ['workload'], sources: ['wire'], limit: 100 })).total === 45;
    await until(wired, { deadlineMs: 60_000, everyMs: 250, what: 'the handshakes' });
    const { bySource, sources } = await suite.gateway.request(CERTS_SUBJECTS.coverageGet, {});
    expect(sources.map(({ name, state }) => `${name} ${state}`)).toEqual(['Kubernetes fresh', 'Prometheus down', 'TLS handshakes fresh']);
    expect(bySource.find(({ source }) => source === 'metric')?.unobserved).toEqual([
      { reason: 'no-prometheus', message: 'no Prometheus is configured for this cluster', count: 50 },
    ]);
    const { certificates } = await suite.gateway.request(CERTS_SUBJECTS.certificateList, { text: 'postgres-0' });
    const { history } = await suite.gateway.request(CERTS_SUBJECTS.certificateGet, { id: certificates[0]!.id });
    expect(history).toHaveLength(1);
    await expect(suite.gateway.request(CERTS_SUBJECTS.alertList, {})).rejects.toMatchObject({ code: 'database/unavailable' });
  });
});
