import { allowanceRules, suppressionRules } from './rules.js';
import { AT, id } from './test-incidents.js';

const NOW = Date.parse(AT);
const actor = { name: 'ann', kind: 'person' as const };
const rule = (name: string, hours: number) => ({
  id: name,
  label: name,
  reason: 'a load test',
  createdAt: AT,
  createdBy: actor,
  expiresAt: new Date(NOW + hours * 3_600_000).toISOString(),
});

it('suppressionRules: what ends first stands first, what is over last', () => {
  const rows = suppressionRules(
    [
      { ...rule('late', 9), subject: id('late') },
      { ...rule('over', -1), subject: id('over') },
      { ...rule('soon', 1), subject: id('soon'), type: 'latency' },
    ],
    NOW,
  );
  expect(rows.map(({ ids: [name], what, over }) => [name, what, over])).toEqual([
    ['soon', 'Slower answers', false],
    ['late', 'Whatever it is', false],
    ['over', 'Whatever it is', true],
  ]);
  expect(rows[0]?.label).toBe('shop/soon');
});

it('suppressionRules: one decision about an incident is one row', () => {
  const of = (name: string, type: 'latency' | 'errors', incidentId: string) => ({ ...rule(name, 1), subject: id(name), type, incidentId });
  const rows = suppressionRules([of('a', 'latency', 'i'), of('b', 'errors', 'i'), of('c', 'errors', 'j'), of('b', 'latency', 'i')], NOW);
  expect(rows.map(({ ids, subject, label, what }) => [ids.length, subject, label, what])).toEqual([
    [3, undefined, '2 workloads and edges', 'Slower answers, Errors'],
    [1, id('c'), 'shop/c', 'Errors'],
  ]);
});

it('allowanceRules', () =>
  expect(allowanceRules([{ ...rule('scan', 1), type: 'scanning', source: id('scan') }], NOW)).toMatchObject([
    { subject: id('scan'), label: 'shop/scan → whatever it talks to', what: 'Scanning', createdBy: 'ann', over: false },
  ]));
