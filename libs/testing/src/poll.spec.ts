import { until } from './poll.js';

describe('until', () => {
  it('gives the first value that is one', async () => {
    const values = [undefined, null, false, 0];
    expect(await until(() => values.shift(), { deadlineMs: 1_000, everyMs: 1 })).toBe(0);
  });
  it('takes an error for "not yet", and reports it when the time is over', async () => {
    let calls = 0;
    const read = () => {
      calls += 1;
      if (calls < 3) throw new Error('refused');
      return 'there';
    };
    expect(await until(read, { deadlineMs: 1_000, everyMs: 1 })).toBe('there');
    const failing = until(() => Promise.reject(new Error('refused')), { deadlineMs: 5, everyMs: 1, what: 'the server' });
    await expect(failing).rejects.toThrow('the server did not hold within 5 ms: refused');
  });
});
