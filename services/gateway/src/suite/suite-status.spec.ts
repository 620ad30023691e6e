import type { ServiceStatus, SourceFreshness, SuiteStatus } from '@observatory/contracts';
import { fingerprint, sourcesOf, type ServiceState } from './suite-status.js';

const at = '2026-06-03T14:00:00Z';
const source = (state: SourceFreshness['state'], name = 'prometheus'): SourceFreshness => ({ name, cluster: 'east', freshAt: at, state });
const service = (state: ServiceState['state'], sources: SourceFreshness[], figures: Record<string, number> = {}): ServiceState => {
  const status: ServiceStatus = {
    service: 'metrics',
    instance: 'm',
    version: '1',
    startedAt: at,
    state: 'up',
    dependencies: [{ name: 'nats', state: 'up', since: at }],
    sources,
    figures,
  };
  return { service: 'metrics', state, since: at, status };
};

describe('sourcesOf', () => {
  const check = (services: ServiceState[], expected: [string, string][]) =>
    expect(sourcesOf(services).map(({ name, state }) => [name, state])).toEqual(expected);
  it('names each source once, as the worst that is said of it', () => {
    check(
      [service('up', [source('fresh'), source('fresh', 'kubernetes')]), service('up', [source('stale')])],
      [
        ['prometheus', 'stale'],
        ['kubernetes', 'fresh'],
      ],
    );
  });
  it('does not call fresh what only a service knew that is gone', () =>
    check([service('down', [source('fresh')])], [['prometheus', 'stale']]));
  it('is empty where nobody said anything', () => check([{ service: 'metrics', state: 'down', since: at }], []));
});

describe('fingerprint', () => {
  const suite = (
    state: ServiceState['state'],
    sources: SourceFreshness[],
    figures?: Record<string, number>,
    generatedAt = at,
  ): SuiteStatus => ({
    generatedAt,
    sources,
    demo: false,
    windowSec: 30,
    services: [service(state, sources, figures)],
  });
  const before = fingerprint(suite('up', [source('fresh')]));
  it('is the same when only times and figures differ', () =>
    expect(fingerprint(suite('up', [source('fresh')], { costMs: 3 }, '2026-06-03T14:00:30Z'))).toBe(before));
  it('differs with states of services and sources', () => {
    expect(fingerprint(suite('down', [source('fresh')]))).not.toBe(before);
    expect(fingerprint(suite('up', [source('stale')]))).not.toBe(before);
  });
});
