import { unknownWords, type BacktestLimits } from './backtest-words.js';

const WEEK_SEC = 7 * 86_400;
const ALL: BacktestLimits = {
  windowSec: 30,
  stepSec: 30,
  warmUpSec: WEEK_SEC,
  stepsExpected: 10,
  stepsPresent: 10,
  namespaces: [],
  omitted: 0,
};
const ALWAYS = 2;

describe('what a backtest does not know', () => {
  const check = (limits: Partial<BacktestLimits>, expected: readonly RegExp[]) => {
    const words = unknownWords({ ...ALL, ...limits });
    for (const one of expected) expect(words).toContainEqual(expect.stringMatching(one));
    expect(words).toHaveLength(ALWAYS + expected.length);
  };
  it('is what people decided, and deployments, at least', () => {
    check({}, []);
    expect(unknownWords(ALL).join(' ')).toMatch(/Allow-lists .* suppressions were not\. Deployments/);
  });
  it.each<[Partial<BacktestLimits>, RegExp[]]>([
    [{ stepSec: 300 }, [/^Windows of 30 s are kept as means of 5 min/]],
    [{ stepsPresent: 7 }, [/^3 of 10 steps are not stored/]],
    [{ warmUpSec: 3 * 86_400 }, [/learned from 3 days at first/]],
    [{ warmUpSec: 3600 * 6 }, [/^Only 6 hours before was/, /learned from 6 hours at first/]],
    [{ warmUpSec: 0 }, [/^Nothing before was there/, /learned from nothing at first/]],
    [{ namespaces: ['shop', 'bank'] }, [/^Calls without an end in shop, bank/]],
    [{ omitted: 3 }, [/^3 more incidents/]],
  ])('%j', check);
});
