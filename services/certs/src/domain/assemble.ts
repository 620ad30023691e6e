/**
 * From what the sources say to one row for each certificate. Who holds it is the row; two sources that see the same certificate
 * (by its bytes, its serial, or where only its end is known, by that) are one row with both.
 * Invariants: nothing is in a row that no source said; the newest word on a holder wins, and where it is only an end that
 * agrees with bytes seen before, the bytes stay.
 */
import type { CertificateProblem, CertificateSighting, CertificateSource } from '@observatory/contracts';
import { verifyChain, type ChainOutcome } from './chain.js';
import { coversHost, identityOf, identityProblems } from './identity.js';
import { lifetimeStatus, SKEW_MS } from './lifetime.js';
import { authorityId, authorityName, type Roots } from './objects.js';
import { bareSerial, sameEnd, type Observation } from './observation.js';
import { selfIssued, type ParsedCertificate } from './parsed.js';
import type { Row } from './row.js';
import { strengthProblems } from './strength.js';

const SIGHTINGS_MAX = 200;

export interface AssembleContext {
  readonly roots: Roots;
  readonly now: number;
  /** Serial number → place, of certificates that an exporter sees too. */
  readonly exporter: ReadonlyMap<string, string>;
}

interface Group {
  id: string;
  /** The best word on it. */
  head: Observation;
  members: Observation[];
}

const groupsOf = (observations: readonly Observation[]): Group[] =>
  Array.from(
    Map.groupBy(observations, ({ id }) => id),
    ([id, members]) => ({ id, head: headOf(members), members }),
  );

export function assemble(observations: readonly Observation[], context: AssembleContext): Row[] {
  const groups = groupsOf(observations);
  const authorities = groupsOf(authoritiesIn(groups, context.roots));
  const usual = usualLifetimes(groups);
  return mergeGroups([...groups, ...authorities]).map((group) => rowOf(group, context, usual));
}

/** How long certificates of a workload live, by those of its pods that show theirs. */
function usualLifetimes(groups: readonly Group[]): Map<string, number> {
  const usual = new Map<string, number>();
  for (const { head } of groups)
    if (head.workload && head.kind === 'workload' && head.notBefore !== undefined)
      usual.set(head.workload.id, head.notAfter - head.notBefore);
  return usual;
}

/** The newest word; bytes before a mere end, as long as the two agree. */
export function headOf(members: readonly Observation[]): Observation {
  const newest = (of: readonly Observation[]) => of.reduce((a, b) => (b.observedAt > a.observedAt ? b : a));
  const withBytes = members.filter(({ leaf }) => leaf !== undefined);
  const last = newest(members);
  if (withBytes.length === 0) return last;
  const seen = newest(withBytes);
  return last.observedAt > seen.observedAt && !sameEnd(last.notAfter, seen.notAfter) ? last : seen;
}

/** The authorities that came with what was served: each is a certificate of its own that the mesh depends on. */
function authoritiesIn(groups: readonly Group[], roots: Roots): Observation[] {
  const found = new Map<string, { observation: Observation; peers: number }>();
  const trusted = new Set([...roots.istio, ...roots.linkerd].map(({ fingerprint }) => fingerprint));
  for (const seen of groups.flatMap(({ members }) => members)) {
    for (const certificate of seen.sent ?? []) {
      if (!certificate.isCa) continue;
      const key = `${seen.source} ${certificate.fingerprint}`;
      const known = found.get(key);
      if (known && known.observation.observedAt >= seen.observedAt) known.peers += 1;
      else found.set(key, { observation: authorityObservation(certificate, seen, trusted), peers: (known?.peers ?? 0) + 1 });
    }
  }
  return [...found.values()].map(({ observation, peers }) => ({ ...observation, place: { place: `sent by ${peers} of those seen` } }));
}

function authorityObservation(leaf: ParsedCertificate, seenAt: Observation, trusted: ReadonlySet<string>): Observation {
  const signsLeafs = seenAt.leaf?.issuer === leaf.subject;
  const kind =
    trusted.has(leaf.fingerprint) || selfIssued(leaf) ? 'root' : signsLeafs && seenAt.kind === 'workload' ? 'issuer' : 'intermediate';
  return {
    source: seenAt.source,
    kind,
    id: authorityId(kind, seenAt.cluster, leaf),
    mesh: seenAt.mesh,
    cluster: seenAt.cluster,
    name: authorityName(leaf),
    observedAt: seenAt.observedAt,
    leaf,
    sent: seenAt.sent ?? [],
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    place: { place: '' },
  };
}

/** Whose id stays when two rows turn out to be one: the one whose keeper has a name for it, then the one that is used. */
const ID_ORDER: readonly Observation['kind'][] = ['certManager', 'gateway', 'webhook', 'root', 'issuer', 'intermediate', 'workload'];
const KIND_ORDER: readonly Observation['kind'][] = ['gateway', 'webhook', 'root', 'issuer', 'intermediate', 'workload', 'certManager'];

function mergeGroups(groups: readonly Group[]): Group[] {
  const merged = new Map<string, Group>();
  const endsOnly: Group[] = [];
  for (const group of groups) {
    const fingerprint = group.head.leaf?.fingerprint;
    if (fingerprint === undefined) endsOnly.push(group);
    else merged.set(fingerprint, join(merged.get(fingerprint), group));
  }
  const alone: Group[] = [];
  const near = Map.groupBy(merged.values(), ({ head }) => String(Math.round(head.notAfter / 10_000)));
  for (const group of endsOnly) {
    const slot = Math.round(group.head.notAfter / 10_000);
    const candidates = [slot - 1, slot, slot + 1].flatMap((key) => near.get(String(key)) ?? []);
    const same = candidates.find((candidate) => sameByEnd(candidate, group));
    if (same) Object.assign(same, join(same, group));
    else alone.push(group);
  }
  return [...merged.values(), ...alone];
}

function sameByEnd({ head }: Group, { head: end }: Group): boolean {
  if (!sameEnd(head.notAfter, end.notAfter) || head.cluster !== end.cluster) return false;
  if (end.serial !== undefined) return head.leaf !== undefined && bareSerial(head.leaf.serial) === end.serial;
  if (end.kind === 'root') return head.kind === 'root' && head.mesh === end.mesh;
  if (end.kind === 'issuer')
    return (head.kind === 'issuer' || head.kind === 'intermediate' || head.kind === 'root') && head.mesh === end.mesh;
  if (end.kind !== 'certManager' || head.kind !== 'gateway') return false;
  const names = new Set(head.leaf?.dnsNames);
  const wanted = end.managed?.dnsNames ?? [];
  return wanted.length > 0 && wanted.every((name) => names.has(name)) && (end.notBefore === undefined || end.notBefore === head.notBefore);
}

function join(known: Group | undefined, group: Group): Group {
  if (!known) return group;
  const [first, second] = [known, group].sort((a, b) => ID_ORDER.indexOf(a.head.kind) - ID_ORDER.indexOf(b.head.kind)) as [Group, Group];
  const [shown, other] = [known, group].sort((a, b) => KIND_ORDER.indexOf(a.head.kind) - KIND_ORDER.indexOf(b.head.kind)) as [Group, Group];
  const head = { ...other.head, ...shown.head, observedAt: Math.max(known.head.observedAt, group.head.observedAt) };
  return { id: first.id, head, members: [...first.members, ...second.members] };
}

function rowOf({ id, head, members }: Group, context: AssembleContext, usual: ReadonlyMap<string, number>): Row {
  const { now, roots } = context;
  const { leaf, kind, mesh, cluster, namespace, name, workload, notBefore, notAfter, managed } = head;
  const chain = chainOf(head, context);
  // What says something else than the head is about a certificate of before.
  const agreeing = members.filter((one) => isAbout(one, head));
  const place = leaf && context.exporter.get(bareSerial(leaf.serial));
  const sources = new Set<CertificateSource>(agreeing.map(({ source }) => source));
  if (place !== undefined) sources.add('metric');
  const usualLifetime = head.usualLifetime ?? (workload ? usual.get(workload.id) : undefined);
  const dates = { kind, mesh, notBefore, notAfter, usualLifetime, renewalTime: managed?.renewalTime };
  const lifetime = lifetimeStatus({ ...dates, trusted: chain.state !== 'untrusted', now });
  const problems = problemsOf({ head, members, chain, lifetime, roots, now });
  const identity = leaf && identityOf(leaf);
  return {
    id,
    kind,
    mesh,
    cluster,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(workload === undefined ? {} : { workload }),
    ...(leaf === undefined ? {} : { leaf }),
    chain: chain.links,
    trust: {
      state: chain.state,
      message: chain.message,
      ...(chain.rootFingerprint === undefined ? {} : { rootFingerprint: chain.rootFingerprint }),
    },
    ...(notBefore === undefined ? {} : { notBefore }),
    notAfter,
    ...lifetime,
    source: head.source,
    sources: [...sources].sort(),
    sightings: sightingsOf(agreeing, place),
    observedAt: Math.max(...agreeing.map(({ observedAt }) => observedAt)),
    problems,
    ...(managed === undefined ? {} : { managed }),
    ...(identity === undefined ? {} : { identity: { name: identity.name, trustDomain: identity.trustDomain } }),
    ...(head.identity === undefined ? {} : { expected: head.identity }),
  };
}

/** The same bytes, the same serial number, or of a mere end the same end. */
function isAbout(one: Observation, { leaf, notAfter }: Observation): boolean {
  if (one.leaf && leaf) return one.leaf.fingerprint === leaf.fingerprint;
  const sameSerial = one.serial === undefined || !leaf || one.serial === bareSerial(leaf.serial);
  return one.leaf === undefined && sameSerial && sameEnd(one.notAfter, notAfter);
}

function chainOf({ leaf, sent = [], kind, mesh }: Observation, { roots, now }: AssembleContext): ChainOutcome {
  if (!leaf) return { links: [], state: 'unknown', message: 'no source shows the certificate itself', problems: [] };
  // The world's roots are not the mesh's to know.
  const otherRootsMayBe = kind !== 'workload' && kind !== 'issuer';
  return verifyChain({ leaf, sent, roots: roots[mesh], now, otherRootsMayBe });
}

interface Judged {
  head: Observation;
  members: readonly Observation[];
  chain: ChainOutcome;
  lifetime: ReturnType<typeof lifetimeStatus>;
  roots: Roots;
  now: number;
}

function problemsOf({ head, members, chain, lifetime, roots, now }: Judged): CertificateProblem[] {
  const { leaf, identity, host, protocol, notBefore, kind } = head;
  const problems: CertificateProblem[] = [...chain.problems];
  const add = (code: CertificateProblem['code'], severity: CertificateProblem['severity'], message: string) =>
    problems.push({ code, severity, message });
  if (lifetime.status === 'expired') add('expired', 'error', lifetime.reason);
  if (lifetime.status === 'notYetValid') add('not-yet-valid', 'error', lifetime.reason);
  else if (notBefore !== undefined && notBefore > now)
    add(
      'clock-skew',
      'info',
      `it becomes valid in ${Math.ceil((notBefore - now) / 1000)} s: clocks differ by less than ${SKEW_MS / 1000} s`,
    );
  if (
    lifetime.renewalAt !== undefined &&
    (lifetime.status === 'rotationStuck' || lifetime.status === 'critical') &&
    now > lifetime.renewalAt
  )
    add('rotation-stuck', 'error', lifetime.reason);
  if (lifetime.status === 'expiring' || lifetime.status === 'critical')
    add('expiring', lifetime.status === 'critical' ? 'error' : 'warning', lifetime.reason);
  if (head.renewalFailing !== undefined) add('renewal-failing', 'error', head.renewalFailing);
  if (!leaf) return problems;
  problems.push(...strengthProblems(leaf, protocol));
  if (identity && kind === 'workload') problems.push(...identityProblems(leaf, identity));
  if (host !== undefined && !coversHost(leaf, host))
    add('wrong-host', 'error', `it was served for ${host}, and is for ${leaf.dnsNames.slice(0, 5).join(', ') || 'no host at all'}`);
  const others = replicasBeside(head, members);
  if (others.length > 0)
    add('replicas-differ', 'warning', `${others.length} other certificates are served by pods of the same gateway: ${others.join(', ')}`);
  const missing = kind === 'root' ? missingIn(leaf, roots, head.mesh) : [];
  if (missing.length > 0)
    add('old-root-only', 'warning', `${missing.length} namespaces publish other roots and not this one: ${missing.slice(0, 5).join(', ')}`);
  return problems;
}

/** Pods of one gateway that serve something else for the same host, by their newest handshake. */
function replicasBeside({ leaf, kind }: Observation, members: readonly Observation[]): string[] {
  if (kind !== 'gateway') return [];
  const newest = new Map<string, Observation>();
  for (const one of members) {
    if (one.source !== 'wire' || one.place.pod === undefined) continue;
    const known = newest.get(one.place.pod);
    if (!known || known.observedAt < one.observedAt) newest.set(one.place.pod, one);
  }
  return [...newest.values()].filter((one) => one.leaf && one.leaf.fingerprint !== leaf?.fingerprint).map((one) => one.place.pod as string);
}

/** Namespaces that publish roots of this mesh, but not this one. */
export function missingIn({ fingerprint }: Pick<ParsedCertificate, 'fingerprint'>, roots: Roots, mesh: 'istio' | 'linkerd'): string[] {
  const publishing = new Set(roots.publishedIn.get(fingerprint));
  return publishing.size === 0 ? [] : roots.publishers[mesh].filter((namespace) => !publishing.has(namespace));
}

function sightingsOf(members: readonly Observation[], exporterPlace: string | undefined): CertificateSighting[] {
  const sightings = members.map(({ source, place, observedAt }): CertificateSighting => ({
    source,
    ...place,
    observedAt: new Date(observedAt).toISOString(),
  }));
  if (exporterPlace !== undefined && members[0])
    sightings.push({ source: 'metric', place: exporterPlace, observedAt: new Date(members[0].observedAt).toISOString() });
  return sightings.sort((a, b) => b.observedAt.localeCompare(a.observedAt)).slice(0, SIGHTINGS_MAX);
}
