import { SettingsError, suiteSettings } from './settings.js';

const ROOT = '/repository';
const existing = import.meta.filename;
type Environment = Record<string, string>;

describe('suiteSettings', () => {
  const check = (flags: string[], environment: Environment, expected: object) =>
    expect(suiteSettings(flags, environment, ROOT)).toMatchObject(expected);

  it('observes the demo mesh unless told otherwise', () => {
    check(
      [],
      {},
      { demo: true, host: '127.0.0.1', port: 8080, windowSec: 30, demoDays: 7, watch: false, dataFolder: '/repository/.observatory' },
    );
    check(
      ['--watch'],
      { PORT: '9000', HOST: '0.0.0.0', OBSERVATORY_DATA: '/data' },
      { port: 9000, host: '0.0.0.0', watch: true, dataFolder: '/data' },
    );
  });
  it('keeps the demo mesh whatever cluster the shell knows', () => {
    check([], { KUBECONFIG: existing, PROMETHEUS_URL: 'http://p:9090' }, { demo: true, kubeconfig: undefined, prometheusUrl: undefined });
  });
  it('observes the clusters that it is given', () => {
    check(
      ['--no-demo'],
      { KUBECONFIG: existing, PROMETHEUS_URL: 'http://p:9090' },
      { demo: false, kubeconfig: existing, prometheusUrl: 'http://p:9090' },
    );
    check([], { OBSERVATORY_CLUSTERS: existing }, { demo: false, clustersFile: existing });
  });
  it('takes servers of the operator', () => {
    const urls = { DATABASE_URL: 'postgres://db/o', NATS_URL: 'nats://n:4222', REDIS_URL: 'none' };
    check([], urls, { databaseUrl: 'postgres://db/o', natsUrl: 'nats://n:4222', redisUrl: 'none' });
  });
});

describe('settings that make no sense', () => {
  const check = (flags: string[], environment: Environment, expected: RegExp[]) => {
    let problems: readonly string[] = [];
    try {
      suiteSettings(flags, environment, ROOT);
    } catch (error) {
      problems = (error as SettingsError).problems;
    }
    expect(problems).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  };

  it('are all named at once', () => {
    check([], { PORT: '70000', OBSERVATORY_WINDOW_SEC: 'x', OBSERVATORY_DEMO_DAYS: '0' }, [
      /^PORT=70000/,
      /^OBSERVATORY_WINDOW_SEC=x/,
      /^OBSERVATORY_DEMO_DAYS=0/,
    ]);
    check([], { OBSERVATORY_CLUSTERS: '/missing' }, [/^OBSERVATORY_CLUSTERS=\/missing/]);
    check(['--no-demo'], { KUBECONFIG: '/missing' }, [/^KUBECONFIG=\/missing/, /^No Prometheus/]);
  });
});
