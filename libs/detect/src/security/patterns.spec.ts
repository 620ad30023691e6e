import type { EndpointIdentity } from '@observatory/contracts';
import { periodicity, regularityOf } from './beaconing.js';
import { callerEntropy } from './denial-of-service.js';
import type { Flow, SecurityFinding } from './flow.js';
import { poissonRarity } from './tails.js';
import { SecurityWatch, type SecurityContext } from './watch.js';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-02T00:00:00Z');
const WINDOW_SEC = 30;

const workload = (name: string): EndpointIdentity => ({ kind: 'workload', cluster: 'east', namespace: 'shop', name });
const outside = (name: string): EndpointIdentity => ({ kind: 'external', cluster: 'east', namespace: '', name, role: 'passthrough' });
const end = (name: string): EndpointIdentity => (name.startsWith('*') ? outside(name) : workload(name));

function flow(call: string, more: Partial<Flow> = {}): Flow {
  const [from, to] = call.split(' > ') as [string, string];
  return {
    id: call,
    sourceId: from,
    targetId: to,
    source: end(from),
    target: end(to),
    protocol: 'http',
    requests: 2,
    errors: 0,
    denied: 0,
    notFound: 0,
    refused: 0,
    overloaded: 0,
    sentBytes: 1000,
    receivedBytes: 4000,
    connections: 0.1,
    mutualTls: 2,
    plaintext: 0,
    ...more,
  };
}

const USUAL = [flow('web > cart'), flow('web > catalog'), flow('cart > db'), flow('cart > *bank', { mutualTls: 0 })];
const NAMES = ['web', 'cart', 'catalog', 'db'];

class Mesh {
  readonly watch = new SecurityWatch();
  atMs = START_MS;
  /** What the last window found. */
  last: SecurityFinding[] = [];

  constructor(days = 3) {
    for (; this.atMs < START_MS + days * DAY_MS; this.atMs += 3_600_000)
      for (const one of USUAL) this.watch.learn(one, { atMs: this.atMs, spanSec: 3600 });
  }

  /** Types that are found in so many windows, with the subject and the highest rarity. */
  windows(count: number, extra: (index: number) => readonly Flow[], context: Partial<SecurityContext> = {}): Map<string, number> {
    const found = new Map<string, number>();
    for (let index = 0; index < count; index += 1) {
      this.atMs += WINDOW_SEC * 1000;
      const added = extra(index);
      const replaced = new Set(added.map(({ id }) => id));
      const findings = this.watch.observe([...USUAL.filter(({ id }) => !replaced.has(id)), ...added], {
        atMs: this.atMs,
        windowSec: WINDOW_SEC,
        firstSeenMs: (node) => (NAMES.includes(node) ? START_MS : undefined),
        wasDeployedLately: () => false,
        sent: ({ sentBytes }) => ({ expectedPerSecond: 1000, z: Math.log(sentBytes / 1000) / 0.2, rarity: sentBytes > 3000 ? 5.9 : 0 }),
        load: () => ({ expectedPerSecond: 10, rarity: 5.9 }),
        ...context,
      });
      this.last = findings;
      for (const { type, subjectId, rarity } of findings)
        found.set(`${type} ${subjectId}`, Math.max(rarity, found.get(`${type} ${subjectId}`) ?? 0));
    }
    return found;
  }
}

describe('patterns of attack', () => {
  const check = (name: string, extra: (index: number) => readonly Flow[], expected: string[], context: Partial<SecurityContext> = {}) =>
    it(name, () => expect([...new Mesh().windows(10, extra, context).keys()].sort()).toEqual(expected));

  check('are none in quiet times', () => [], []);
  check('a first call is lateral movement', () => [flow('catalog > db')], ['lateral-movement catalog > db']);
  check('of a new workload it is not', () => [flow('newcomer > db')], []);
  check(
    'many first calls are scanning, and not lateral movement one by one',
    () => ['a', 'b', 'c', 'd', 'e'].map((to) => flow(`catalog > ${to}`, { notFound: 1.6 })),
    ['scanning catalog'],
  );
  check('a few that succeed are no scan', () => ['a', 'b', 'c', 'd'].map((to) => flow(`catalog > ${to}`)), [
    'lateral-movement catalog > a',
    'lateral-movement catalog > b',
    'lateral-movement catalog > c',
    'lateral-movement catalog > d',
  ]);
  check('much more out than usual is exfiltration', () => [flow('cart > *bank', { sentBytes: 2e6, mutualTls: 0 })], [
    'exfiltration cart > *bank',
  ]);
  check('much more in is none', () => [flow('cart > *bank', { receivedBytes: 2e6, mutualTls: 0 })], []);
  check('a place never sent to, and megabytes', () => [flow('web > *drop', { sentBytes: 2e6, mutualTls: 0 })], [
    'exfiltration web > *drop',
  ]);
  check('plain text where there was mutual TLS', () => [flow('cart > db', { mutualTls: 1, plaintext: 1 })], ['plaintext cart > db']);
  check('unknown encryption is not plain text', () => [flow('cart > db', { mutualTls: 0, plaintext: 0 })], []);
  check('a flood that is shed', () => [flow('web > cart', { requests: 100, overloaded: 20 })], ['denial-of-service cart']);
  check('load alone is no attack', () => [flow('web > cart', { requests: 100 })], []);
  check('a flood that was to be expected is none', () => [flow('web > cart', { requests: 100, overloaded: 20 })], [], {
    load: () => ({ expectedPerSecond: 90, rarity: 0 }),
  });

  check(
    'first connections of which nothing tells whether they succeed are a scan where they are many',
    () => Array.from({ length: 8 }, (_, index) => flow(`catalog > db${index}`, { protocol: 'tcp', requests: 0, connections: 1 })),
    ['scanning catalog'],
  );
  check('a flood of a place of which nothing is known', () => [flow('web > cart', { requests: 100, overloaded: 20 })], [], {
    load: () => undefined,
  });

  it('find nothing new in a mesh that was watched for less than a day', () => {
    expect(new Mesh(0.5).windows(5, () => [flow('catalog > db')])).toEqual(new Map());
  });
  it('are half as sure of what was deployed lately', () => {
    const rarity = (context: Partial<SecurityContext>) =>
      new Mesh().windows(1, () => [flow('catalog > db')], context).get('lateral-movement catalog > db')!;
    expect(rarity({ wasDeployedLately: () => true })).toBeCloseTo(rarity({}) / 2, 6);
  });
  it('are half as sure of a scan by what was deployed lately', () => {
    const scan = () => ['a', 'b', 'c', 'd', 'e'].map((to) => flow(`catalog > ${to}`, { notFound: 1.6 }));
    const rarity = (context: Partial<SecurityContext>) => new Mesh().windows(1, scan, context).get('scanning catalog')!;
    expect(rarity({ wasDeployedLately: () => true })).toBeCloseTo(rarity({}) / 2, 6);
  });
  it('are less surprised by what often calls something new', () => {
    const rarity = (newBefore: number) => {
      const mesh = new Mesh();
      for (let index = 0; index < newBefore; index += 1)
        mesh.watch.learn(flow(`catalog > once${index}`), { atMs: START_MS + 2 * DAY_MS, spanSec: 3600 });
      return mesh.windows(1, () => [flow('catalog > db')]).get('lateral-movement catalog > db')!;
    };
    expect(rarity(20)).toBeLessThan(rarity(0) - 1);
  });
  it('take what is new in a mesh that nobody knows yet for no habit of its source', () => {
    const newOf = (days: number) => {
      const mesh = new Mesh(days);
      mesh.windows(40, () => [flow('catalog > db')]);
      return mesh.watch.save().memories.newOf;
    };
    expect(newOf(0.1)).toEqual([]);
    expect(newOf(3)).toEqual([['catalog', 1]]);
  });
  it('say nothing of plain text where it is usual, or where little was seen', () => {
    const plain = () => [flow('web > *old', { mutualTls: 1, plaintext: 1 })];
    const seen = (mutualTls: number, hours: number) => {
      const mesh = new Mesh();
      const past = flow('web > *old', { mutualTls, plaintext: 2 - mutualTls });
      for (let hour = 0; hour < hours; hour += 1) mesh.watch.learn(past, { atMs: mesh.atMs - (hour + 1) * 3_600_000, spanSec: 1800 });
      return [...mesh.windows(1, plain).keys()].filter((key) => key.startsWith('plaintext'));
    };
    expect(seen(2, 48)).toEqual(['plaintext web > *old']);
    expect(seen(1, 48)).toEqual([]);
    expect(seen(2, 1)).toEqual([]);
  });
  it('name the caller that sends most of a flood', () => {
    for (const callers of [
      ['web', 'catalog'],
      ['catalog', 'web'],
    ]) {
      const mesh = new Mesh();
      mesh.windows(3, () => callers.map((caller) => flow(`${caller} > cart`, { requests: caller === 'web' ? 100 : 5, overloaded: 20 })));
      expect(mesh.last.find(({ type }) => type === 'denial-of-service')?.sourceId).toBe('web');
    }
  });
  it('say what left, how, and that nothing was known of it', () => {
    const leak = (more: Partial<Flow>, sent?: SecurityContext['sent']) => {
      const mesh = new Mesh();
      mesh.windows(3, () => [flow('web > *drop', { sentBytes: 2e6, mutualTls: 0, ...more })], sent && { sent });
      return mesh.last.find(({ type }) => type === 'exfiltration')!;
    };
    const unknown = leak({}, () => undefined);
    expect([unknown.technique.id, unknown.evidence[0]!.expected]).toEqual(['T1567', null]);
    expect(unknown.rarity).toBe(5.5);
    const known = leak({ protocol: 'tcp', sentBytes: 2e8 });
    expect([known.technique.id, known.evidence[0]!.expected]).toEqual(['T1048', 1000]);
    expect(known.evidence[0]!.words).toMatch(/^shop\/web sent 1\d{4} MB more than usual to \*drop lately, to which it never sent before$/);
    expect(unknown.evidence[0]!.words).toMatch(/sent 1\d\d MB more/);
  });
  it('see a slow leak that no single window shows', () => {
    const sent = ({ sentBytes }: Flow) => ({ expectedPerSecond: 40_000, z: (sentBytes - 40_000) / 40_000, rarity: 0 });
    const found = new Mesh().windows(240, () => [flow('cart > *bank', { sentBytes: 90_000, receivedBytes: 100, mutualTls: 0 })], { sent });
    expect(found.get('exfiltration cart > *bank')).toBeGreaterThan(3);
  });
  it('hear a beacon among nothing, and take chance for none', () => {
    const call = flow('web > *c2', { requests: 0.1, sentBytes: 50, receivedBytes: 50, mutualTls: 0 });
    expect(new Mesh().windows(100, (index) => (index % 4 === 0 ? [call] : [])).get('beaconing web > *c2')).toBeGreaterThan(5);
    let state = 7;
    const chance = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    expect(new Mesh().windows(100, () => (chance() < 0.25 ? [call] : [])).get('beaconing web > *c2') ?? 0).toBeLessThan(3.8);
  });
  it('hear how often a beacon calls, though it paused', () => {
    const call = flow('web > *c2', { requests: 0.1, sentBytes: 50, receivedBytes: 50, mutualTls: 0 });
    const mesh = new Mesh();
    const beacon = (index: number) => (index % 2 === 0 ? [call] : []);
    mesh.windows(20, beacon);
    mesh.windows(50, () => []);
    expect(mesh.windows(22, beacon).get('beaconing web > *c2')).toBeUndefined();
    mesh.windows(11, beacon);
    expect(mesh.last.map(({ type, about }) => [type, about.everySec])).toEqual([['beaconing', '60']]);
  });
  it('have seen nothing yet', () => expect(new SecurityWatch().historySec).toBe(0));
  it('are remembered through a snapshot', () => {
    const mesh = new Mesh();
    mesh.windows(3, () => []);
    const other = new Mesh(0);
    other.watch.restore(JSON.parse(JSON.stringify(mesh.watch.save())) as ReturnType<SecurityWatch['save']>);
    other.atMs = mesh.atMs;
    const next = (of: Mesh) => of.windows(3, () => [flow('catalog > db')]);
    expect(next(other)).toEqual(next(mesh));
  });
});

describe('what they are made of', () => {
  const close = (value: number, expected: number) => expect(value).toBeCloseTo(expected, 6);
  it('the tail of a Poisson count, as scipy has it', () => {
    close(poissonRarity(1, 1e-3), 3.0002171291453483);
    close(poissonRarity(5, 1), 2.436537090406527);
    close(poissonRarity(0, 3), 0);
    expect(poissonRarity(1, 0)).toBe(Infinity);
  });
  it('the entropy of callers', () => {
    close(callerEntropy([1, 1, 1, 1]), 2);
    close(callerEntropy([5]), 0);
    close(callerEntropy([1, 0, 1]), 1);
    close(callerEntropy([]), 0);
  });
  it('even gaps', () => {
    close(regularityOf([4, 4, 4, 4, 4]), 1);
    close(regularityOf([4, 4]), 0);
    expect(regularityOf([1, 9, 2, 14, 1, 3])).toBeLessThan(0.7);
  });
  it('the line of a rhythm in noise', () => {
    const beats = Array.from({ length: 96 }, (_, index) => (index % 6 === 0 ? 1 : 0));
    expect(periodicity(beats).rarity).toBeGreaterThan(5);
    close(periodicity(Array.from({ length: 64 }, () => 3)).rarity, 0);
  });
});
