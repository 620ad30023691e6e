/** What of the suite's status is worth telling, and which sources does the mesh's data have? Pure parts of SuiteWatch. */
import type { SourceFreshness, SuiteStatus } from '@observatory/contracts';

export type ServiceState = SuiteStatus['services'][number];

const WORST: Record<SourceFreshness['state'], number> = { fresh: 0, stale: 1, down: 2 };

/** Equal for two statuses that differ only in times and figures. */
export function fingerprint({ services, sources }: SuiteStatus): string {
  return JSON.stringify([
    services.map(({ service, state, detail, status }) => [
      service,
      state,
      detail,
      status?.instance,
      status?.note,
      status?.dependencies.map((it) => [it.name, it.state]),
    ]),
    sources.map(({ name, cluster, state }) => [name, cluster, state]),
  ]);
}

/** Each source once, as the worst that is said of it; what only a service that is down knew is stale. */
export function sourcesOf(services: readonly ServiceState[]): SourceFreshness[] {
  const byName = new Map<string, SourceFreshness>();
  for (const { service, state, since, status } of services) {
    for (const said of status?.sources ?? []) {
      const source =
        state === 'down' && said.state === 'fresh'
          ? { ...said, state: 'stale' as const, detail: `The ${service} service has not answered since ${since}` }
          : said;
      const key = `${source.cluster}/${source.name}`;
      const known = byName.get(key);
      if (!known || WORST[source.state] > WORST[known.state]) byName.set(key, source);
    }
  }
  return [...byName.values()];
}
