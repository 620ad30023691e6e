/**
 * Which parts of a window's edges are the same? 20,000 edges that were read from JSON bring 60,000 ends and services, of which some
 * 4,000 differ; kept once, a window takes half the memory, and whoever works on ends meets each once.
 * Invariant: an edge says the same as before; it is changed in place.
 */
import type { EdgeSample, EndpointIdentity, ServiceIdentity } from '@observatory/contracts';

const sameEnd = (a: EndpointIdentity, b: EndpointIdentity): boolean =>
  a.namespace === b.namespace &&
  a.kind === b.kind &&
  a.cluster === b.cluster &&
  a.app === b.app &&
  a.version === b.version &&
  a.role === b.role;
const sameService = (a: ServiceIdentity, b: ServiceIdentity): boolean =>
  a.namespace === b.namespace && a.name === b.name && a.cluster === b.cluster;
const sameText = (): boolean => true;
const sameList = <T>(a: readonly T[], b: readonly T[]): boolean => a.length === b.length && a.every((value, index) => value === b[index]);

/** The first of equal values, which are looked for under one text: a short list is compared faster than a long key is built. */
class First<T> {
  private readonly known = new Map<string, T[]>();

  constructor(private readonly same: (a: T, b: T) => boolean) {}

  of(value: T, key: string): T {
    const list = this.known.get(key);
    if (list === undefined) {
      this.known.set(key, [value]);
      return value;
    }
    for (let index = 0; index < list.length; index += 1) if (this.same(list[index]!, value)) return list[index]!;
    list.push(value);
    return value;
  }
}

export class SharedParts {
  private readonly ends = new First(sameEnd);
  private readonly services = new First(sameService);
  private readonly principals = new First<string>(sameText);
  private readonly reporters = new First<EdgeSample['reporters']>(sameList);
  private readonly bounds = new First<number[]>(sameList);

  share(edges: readonly EdgeSample[]): void {
    for (const edge of edges) {
      edge.source = this.ends.of(edge.source, edge.source.name);
      edge.target = this.ends.of(edge.target, edge.target.name);
      const { destinationService: service, sourcePrincipal: source, destinationPrincipal: target, latency } = edge;
      if (service) edge.destinationService = this.services.of(service, service.host);
      if (source !== undefined) edge.sourcePrincipal = this.principals.of(source, source);
      if (target !== undefined) edge.destinationPrincipal = this.principals.of(target, target);
      edge.reporters = this.reporters.of(edge.reporters, '');
      if (latency) latency.upperBoundsMs = this.bounds.of(latency.upperBoundsMs, latency.upperBoundsMs.join());
    }
  }
}
