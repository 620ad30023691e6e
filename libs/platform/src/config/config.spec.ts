import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadClusters } from './clusters.js';
import { ConfigError, loadConfig } from './load-config.js';
import { clusterSettings, databaseSettings, redisSettings, serviceSettings } from './settings.js';

const schema = z.object({ ...serviceSettings(50_051), ...databaseSettings, ...redisSettings, ...clusterSettings });

function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('fills defaults, counts empty as absent, and freezes', () => {
    const config = loadConfig(schema, { DATABASE_URL: 'postgresql://u@127.0.0.1/o', REDIS_URL: '', HTTP_PORT: '8081', PATH: '/bin' });
    expect(config).toMatchObject({ HOST: '127.0.0.1', HTTP_PORT: 8081, GRPC_PORT: 50_051, REDIS_URL: 'none', OBSERVATORY_WINDOW_SEC: 30 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('lists every problem at once, by name', () => {
    const problems = problemsOf(() => loadConfig(schema, { DATABASE_URL: 'mysql://x', HTTP_PORT: '99999', LOG_LEVEL: 'loud' }));
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(expect.arrayContaining(['DATABASE_URL', 'HTTP_PORT', 'LOG_LEVEL']));
  });
});

describe('loadClusters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'observatory-clusters-'));
  const fileOf = (text: string) => {
    const file = join(folder, 'clusters.yaml');
    writeFileSync(file, text);
    return file;
  };
  const load = (text: string) => loadClusters({ OBSERVATORY_CLUSTERS: fileOf(text) });

  it('names one cluster provisionally', () => {
    expect(loadClusters({ KUBECONFIG: '/k', PROMETHEUS_URL: 'http://p' })).toMatchObject([
      { name: 'Kubernetes', provisional: true, kubeconfig: '/k', prometheus: { url: 'http://p' }, rootNamespace: 'istio-system' },
    ]);
    expect(loadClusters({})[0]).toMatchObject({ inCluster: true });
  });

  it('reads several, with all that one may have', () => {
    const clusters = load(`clusters:
  - {name: east, kubeconfig: /path, context: admin, mesh: istio, trustDomain: td,
     prometheus: {url: http://p, bearerTokenFile: /t, headers: {X-Scope-OrgID: a}, caFile: /ca, selector: 'cluster="east"'}}
  - {name: west, inCluster: true}`);
    expect(clusters).toMatchObject([
      { name: 'east', prometheus: { headers: { 'X-Scope-OrgID': 'a' } } },
      { name: 'west', mesh: 'auto' },
    ]);
  });

  it('says what is wrong, with the file', () => {
    const check = (text: string, expected: RegExp) => expect(problemsOf(() => load(text)).join('\n')).toMatch(expected);
    check('clusters: [{name: a}, {name: a}]', /clusters\.yaml: two clusters are named a/);
    check('clusters: []', /clusters\.yaml: clusters/);
    check('clusters: [{name: a, prometheuss: {}}]', /prometheuss/);
    check('clusters: [{name: a, prometheus: {url: ftp:/x}}]', /http/);
    check('{', /cannot be read/);
    expect(problemsOf(() => loadClusters({ OBSERVATORY_CLUSTERS: join(folder, 'none.yaml') })).join()).toMatch(/cannot be read/);
  });
});
