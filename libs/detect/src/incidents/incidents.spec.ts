import type { Anomaly, AnomalyType } from '@observatory/contracts';
import { blastRadiusOf } from './blast-radius.js';
import { CallGraph } from '../graph/call-graph.js';
import { incidentCauses } from './causes.js';
import { changesBefore, type RecordedChange } from './changes.js';
import { advanceIncidents, REOPEN_WITHIN_MS, type IncidentState } from './lifecycle.js';

const AT = Date.parse('2026-03-02T12:00:00Z');
const CALLS = ['gateway > web', 'web > cart', 'web > catalog', 'cart > payments', 'catalog > db', 'payments > db', 'lonely > other'];
const graph = new CallGraph(
  CALLS.map((id) => {
    const [source, target] = id.split(' > ') as [string, string];
    return { id, source, target, requestsPerSecond: 10 };
  }),
);

/** `errors web > cart 8`: a type, an edge or a node, and -log10 of its probability. */
function anomaly(text: string, more: Partial<Anomaly> = {}): Anomaly {
  const [, type, where, strength] = /^(\S+) (.+?) (\d+)$/.exec(text)!;
  const [source, target] = where!.split(' > ');
  const subject =
    target === undefined
      ? { kind: 'node' as const, id: where!, cluster: 'east', namespace: 'shop', name: where!, label: where! }
      : { kind: 'edge' as const, id: where!, cluster: 'east', namespace: 'shop', name: target, source: source!, target, label: where! };
  const probability = 10 ** -Number(strength);
  const since = new Date(AT).toISOString();
  const evidence = {
    signal: 'errors' as const,
    unit: 'ratio' as const,
    observed: 1,
    expected: 0,
    low: 0,
    high: 0,
    probability,
    score: 1,
    detectors: [],
    since,
    words: 'words',
  };
  return {
    id: text,
    incidentId: '',
    type: type as AnomalyType,
    category: 'behaviour',
    subject,
    state: 'open',
    severity: 'warning',
    score: 0.9,
    peakScore: 0.9,
    startedAt: since,
    updatedAt: since,
    title: text,
    evidence: [evidence],
    requestsPerSecond: 1,
    ...more,
  };
}

describe('the likely cause', () => {
  const check = (name: string, anomalies: string[], first: string) =>
    it(name, () => {
      const causes = incidentCauses({ anomalies: anomalies.map((text) => anomaly(text)), graph, label: (node) => node });
      expect(causes[0]?.node).toBe(first);
      for (const { score } of causes) expect(score >= 0 && score <= 1).toBe(true);
    });

  check(
    'is the callee, not who waits for it',
    ['latency web > cart 12', 'latency cart > payments 12', 'latency payments 12', 'latency gateway > web 9'],
    'payments',
  );
  check(
    'is the one that fails, though the caller fails as much',
    ['errors gateway > web 12', 'errors web > catalog 12', 'errors catalog 12', 'errors web 12'],
    'catalog',
  );
  check(
    'of more traffic is who sends it',
    ['traffic-spike gateway > web 8', 'traffic-spike web > cart 8', 'traffic-spike web 8', 'traffic-spike cart 8'],
    'gateway',
  );
  check(
    'of a slow node that is flooded is the flood',
    ['traffic-spike gateway > web 8', 'traffic-spike web 8', 'latency web 12', 'latency gateway > web 12'],
    'gateway',
  );
  check(
    'of an attack is who attacks, not who fails under it',
    ['scanning catalog 6', 'errors db 12', 'client-errors catalog > db 12', 'connections db 12'],
    'catalog',
  );
  check('of a leak is who sends', ['exfiltration cart > payments 5', 'bytes payments 12'], 'cart');
  check('of denials is who denies', ['denied-requests cart > payments 12', 'errors web > cart 12', 'errors cart 12'], 'payments');
  it('says why', () => {
    const [first] = incidentCauses({ anomalies: [anomaly('errors catalog 12')], graph, label: (node) => node });
    expect(first?.evidence).toEqual(['errors catalog 12: words']);
  });
});

describe('what is reached', () => {
  it('is what is unusual itself, and who calls it', () => {
    const blast = blastRadiusOf([anomaly('errors cart > payments 9'), anomaly('errors payments 9')], graph);
    expect(blast).toEqual({
      affectedNodes: ['payments'],
      affectedEdges: ['cart > payments'],
      exposedNodes: ['cart', 'web', 'gateway'],
      requestsPerSecond: 10,
    });
  });
});

describe('what changed before', () => {
  const change = (minutesBefore: number, more: Partial<RecordedChange> = {}): RecordedChange => ({
    kind: 'policy',
    at: new Date(AT - minutesBefore * 60_000).toISOString(),
    cluster: 'east',
    namespace: 'shop',
    name: `${minutesBefore}`,
    words: '',
    ...more,
  });
  const check = (name: string, changes: RecordedChange[], expected: [string, boolean][]) =>
    it(name, () => {
      const affected = new Map([
        ['payments', 'shop'],
        ['db', 'data'],
      ]);
      const found = changesBefore({ changes, startedMs: AT, cause: 'payments', affected });
      expect(found.map(({ name: of, onCause }) => [of, onCause])).toEqual(expected);
    });
  check(
    'within an hour, the latest first',
    [change(50), change(5), change(70), change(-10)],
    [
      ['5', true],
      ['50', true],
    ],
  );
  check(
    'at the cause before elsewhere',
    [change(1, { namespace: 'data' }), change(30)],
    [
      ['30', true],
      ['1', false],
    ],
  );
  check(
    'of what is touched only',
    [change(1, { namespace: 'other' }), change(2, { nodes: ['web'] }), change(3, { nodes: ['db'] })],
    [['3', false]],
  );
  check(
    'what is everywhere touches everything, and no cause by itself',
    [change(1, { namespace: 'other', isEverywhere: true }), change(4)],
    [
      ['4', true],
      ['1', false],
    ],
  );
  it('that goes on all the time comes last and once, with how often it was', () => {
    const affected = new Map([['payments', 'shop']]);
    const routine = (minutes: number) => change(minutes, { isRoutine: true, words: 'a rotation' });
    const found = changesBefore({ changes: [routine(1), change(9), routine(2), routine(3)], startedMs: AT, cause: 'payments', affected });
    expect(found.map(({ name, words }) => [name, words])).toEqual([
      ['9', ''],
      ['1', 'a rotation (2 more of the kind nearby within the hour before)'],
    ]);
  });
  it('touches what is affected, though no cause is known', () => {
    const affected = new Map([['payments', 'shop']]);
    const changes = [change(1, { nodes: ['payments'] }), change(2)];
    const found = changesBefore({ changes, startedMs: AT, cause: undefined, affected });
    expect(found.map(({ name, onCause }) => [name, onCause])).toEqual([
      ['1', false],
      ['2', false],
    ]);
  });
});

describe('the life of an incident', () => {
  class Story {
    readonly incidents = new Map<string, IncidentState>();
    atMs = AT;
    private next = 0;

    step(begun: string[], { going = [] as string[], ended = [] as string[], afterMs = 30_000 } = {}): string[] {
      this.atMs += afterMs;
      const members = [...this.incidents.values()].flatMap((incident) => Object.values(incident.members));
      const { changed } = advanceIncidents(
        this.incidents,
        {
          at: new Date(this.atMs).toISOString(),
          cluster: 'east',
          begun: begun.map((text) => ({ ...anomaly(text), id: `${text} ${this.atMs}`, startedAt: new Date(this.atMs).toISOString() })),
          going: members.filter(({ title }) => going.includes(title)),
          ended: members.filter(({ title, state }) => ended.includes(title) && state !== 'closed').map(({ id }) => id),
        },
        { graph, newId: () => `i${(this.next += 1)}` },
      );
      return Array.from(changed, ([incident, kind]) => `${incident.id} ${kind}`);
    }
  }

  it('is one for what touches on the graph, raised once', () => {
    const story = new Story();
    expect(story.step(['errors cart > payments 9'])).toEqual(['i1 raised']);
    expect(story.step(['errors web > cart 9', 'errors cart 9'])).toEqual(['i1 updated']);
    expect(Object.keys(story.incidents.get('i1')!.members)).toHaveLength(3);
  });
  it('is another for what does not', () => {
    const story = new Story();
    story.step(['errors cart > payments 9']);
    expect(story.step(['errors lonely > other 9'])).toEqual(['i2 raised']);
  });
  it('is one for what begins in the same window below one caller, and two for what begins there later', () => {
    const together = new Story();
    expect(together.step(['denial-of-service cart 9', 'denial-of-service catalog 9'])).toEqual(['i1 raised']);
    const later = new Story();
    later.step(['denial-of-service cart 9']);
    expect(later.step(['denial-of-service catalog 9'])).toEqual(['i2 raised']);
  });
  it('takes in another when something comes between', () => {
    const story = new Story();
    story.step(['errors gateway > web 9']);
    expect(story.step(['errors payments 9'])).toEqual(['i2 raised']);
    expect(story.step(['errors cart 9'])).toEqual(['i1 updated', 'i2 closed']);
    expect([...story.incidents.values()].map(({ state, members }) => [state, Object.keys(members).length])).toEqual([
      ['open', 3],
      ['closed', 0],
    ]);
    expect(story.incidents.get('i2')?.notes).toMatchObject([{ action: 'merged', note: 'i1', actor: { kind: 'service' } }]);
  });
  it('ends with its last anomaly, and comes back as itself', () => {
    const story = new Story();
    story.step(['errors cart 9', 'errors web > cart 9']);
    expect(story.step([], { ended: ['errors cart 9'] })).toEqual(['i1 updated']);
    expect(story.step([], { ended: ['errors web > cart 9'] })).toEqual(['i1 closed']);
    expect(story.step(['errors cart 9'])).toEqual(['i1 reopened']);
    expect(story.incidents.get('i1')).toMatchObject({ state: 'open', reopened: 1 });
  });
  it('is a new one when the same is felt of something else', () => {
    const story = new Story();
    story.step(['errors payments 9', 'errors cart > payments 9', 'errors web > cart 9']);
    story.step([], { ended: ['errors payments 9', 'errors cart > payments 9', 'errors web > cart 9'] });
    expect(story.step(['errors cart 9', 'errors web > cart 9'])).toEqual(['i2 raised']);
  });
  it('is a new one when it comes back late, or as something else', () => {
    const late = new Story();
    late.step(['errors cart 9']);
    late.step([], { ended: ['errors cart 9'] });
    expect(late.step(['errors cart 9'], { afterMs: REOPEN_WITHIN_MS + 60_000 })).toEqual(['i2 raised']);
    const other = new Story();
    other.step(['errors cart 9']);
    other.step([], { ended: ['errors cart 9'] });
    expect(other.step(['latency cart 9'])).toEqual(['i2 raised']);
  });
  it('keeps what a person said about an anomaly while it goes on', () => {
    const story = new Story();
    story.step(['errors cart 9']);
    const [member] = Object.values(story.incidents.get('i1')!.members);
    story.incidents.get('i1')!.members[member!.id] = { ...member!, state: 'acknowledged' };
    story.step([], { going: ['errors cart 9'] });
    expect(Object.values(story.incidents.get('i1')!.members)[0]).toMatchObject({ state: 'acknowledged' });
  });
  it('is as severe as its worst anomaly', () => {
    const story = new Story();
    story.step(['errors cart 9']);
    const incident = story.incidents.get('i1')!;
    expect(incident.severity).toBe('warning');
    const [member] = Object.values(incident.members);
    incident.members[member!.id] = { ...member!, severity: 'critical' };
    story.step([], { going: ['errors cart 9'] });
    expect(incident.severity).toBe('critical');
  });
});
