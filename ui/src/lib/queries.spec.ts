import { ApiProblem } from './api.js';
import { retryable, retryDelayMs } from './queries.js';

const problem = (status: number) => new ApiProblem({ code: 'x/y', status, title: 'x' });

describe('retryable', () => {
  const retries = (error: Error) => {
    let failures = 0;
    while (failures < 100 && retryable(failures, error)) failures += 1;
    return failures;
  };
  it.each<[what: string, error: Error, expected: number]>([
    ['what the person has to change', problem(400), 0],
    ['what one may not', problem(403), 0],
    ['a mistake of ours', problem(500), 2],
    ['no answer at all', problem(0), 2],
    ['a crash of the page', new Error('x'), 2],
    ['a part of the suite that is starting', problem(503), 8],
    ['a part of the suite that is late', problem(504), 8],
  ])('%s', (_, error, expected) => expect(retries(error)).toBe(expected));

  it('waits longer each time, up to 5 s: half a minute for what is starting', () => {
    const waits = Array.from({ length: 8 }, (_, failures) => retryDelayMs(failures));
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000, 5000]);
  });
});
