import { configFacts, stageShares } from './learning.js';

it('stageShares: the most learned first, what is none left out', () => {
  expect(stageShares({ new: 1, learning: 0, daily: 3, seasonal: 0 })).toEqual([
    { stage: 'daily', count: 3, share: 75 },
    { stage: 'new', count: 1, share: 25 },
  ]);
  expect(stageShares({ new: 0, learning: 0, daily: 0, seasonal: 0 })).toEqual([]);
});

it('configFacts', () => {
  const facts = configFacts({
    budget: 'balanced',
    persistence: { needed: 3, of: 5 },
    closeAfter: 1,
    minimumRequestsPerMinute: 10,
    minimumRelativeChange: 0.2,
    types: ['errors', 'latency'],
  });
  expect(facts.map(({ value }) => value)).toEqual([
    'balanced: about one false alert a series in 10 days',
    'when 3 of 5 windows are unusual',
    'after 1 quiet window',
    '10 requests a minute; below it rates and latencies are not judged',
    '20 % from what was expected',
    '2 kinds',
  ]);
});
