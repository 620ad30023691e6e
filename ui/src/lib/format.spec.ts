import {
  asSentence,
  absoluteTime,
  byteRate,
  clockTime,
  compactNumber,
  counted,
  milliseconds,
  percent,
  relativeTime,
  requestRate,
  significant,
  span,
  withClockTimes,
} from './format.js';

const spaced = (text: string) => text.replaceAll('\u00a0', ' ');

describe('significant', () => {
  const check = (value: number, expected: string) => expect(significant(value)).toBe(expected);
  it('keeps three digits and no trailing zeros', () => {
    check(0, '0');
    check(12.345, '12.3');
    check(245.4, '245');
    check(1999.6, '2000');
    check(0.0042, '0.0042');
    check(9.999, '10');
    check(100, '100');
    check(1.5, '1.5');
    check(-3.14159, '-3.14');
  });
});

describe('quantities', () => {
  const check = (actual: string, expected: string) => expect(spaced(actual)).toBe(expected);
  it('writes rates', () => {
    check(requestRate(12.34), '12.3 req/s');
    check(requestRate(1240), '1.24k req/s');
    check(requestRate(999.7), '1k req/s');
    check(requestRate(0.01666), '0.017 req/s');
    check(requestRate(0), '0 req/s');
    check(requestRate(null), '–');
    check(requestRate(Number.NaN), '–');
  });
  it('writes durations', () => {
    check(milliseconds(245.2), '245 ms');
    check(milliseconds(0.42), '0.42 ms');
    check(milliseconds(999.9), '1 s');
    check(milliseconds(1240), '1.24 s');
    check(milliseconds(150_000), '2.5 min');
    check(milliseconds(undefined), '–');
  });
  it('writes bytes in powers of 1,000', () => {
    check(byteRate(1_200_000), '1.2 MB/s');
    check(byteRate(532), '532 B/s');
    check(byteRate(1.5e9), '1.5 GB/s');
  });
  it('rounds a share neither to nothing nor to all', () => {
    check(percent(0), '0 %');
    check(percent(1), '100 %');
    check(percent(0.00001), '<0.01 %');
    check(percent(0.0012), '0.12 %');
    check(percent(0.1234), '12.3 %');
    check(percent(0.99996), '>99.99 %');
    check(percent(0.9995), '99.95 %');
    check(percent(0.9993), '99.93 %');
  });
  it('counts', () => {
    check(compactNumber(20_000), '20k');
    check(counted(1, 'workload'), '1 workload');
    check(counted(0, 'entry', 'entries'), '0 entries');
  });
});

describe('times', () => {
  const now = Date.parse('2026-06-03T14:02:30Z');
  const relative = (at: string, expected: string) => expect(spaced(relativeTime(at, now))).toBe(expected);
  it('says how long ago', () => {
    relative('2026-06-03T14:02:29Z', 'just now');
    relative('2026-06-03T14:02:18Z', '12 s ago');
    relative('2026-06-03T13:59:30Z', '3 min ago');
    relative('2026-06-03T11:02:30Z', '3 h ago');
    relative('2026-05-28T14:02:30Z', '6 d ago');
    relative('2026-06-03T14:07:30Z', 'in 5 min');
    relative('nonsense', '–');
  });
  it('says the time of day, with the day where it is not near', () => {
    expect(clockTime('2026-06-03T12:03:10Z', 'utc', now)).toBe('12:03');
    expect(clockTime('2026-06-01T12:03:10Z', 'utc', now)).toBe('1 Jun, 12:03');
    expect(absoluteTime('2026-06-03T12:03:10Z', 'utc')).toBe('3 Jun 2026, 12:03:10 UTC');
  });
  it('writes spans', () => {
    expect(spaced(span(30))).toBe('30 s');
    expect(spaced(span(300))).toBe('5 min');
    expect(spaced(span(604_800))).toBe('7 d');
  });
});

describe('withClockTimes', () => {
  it.each([
    ['It has not answered since 2026-06-03T12:03:10.123Z.', 'It has not answered since 12:03.'],
    ['from 2026-06-01T12:03:10Z to 2026-06-03T14:02:00+02:00', 'from 1 Jun, 12:03 to 12:02'],
    ['12:03 on 2026-06-03, a date alone', '12:03 on 2026-06-03, a date alone'],
  ])('%s', (text, expected) => expect(withClockTimes(text, 'utc', Date.parse('2026-06-03T14:02:30Z'))).toBe(expected));
});

describe('asSentence', () => {
  it.each([
    ['no policy matched', 'No policy matched.'],
    ['`reviews` needs a token.', '`reviews` needs a token.'],
    ['shop/cart says so', 'shop/cart says so.'],
    ["it's 2 of them", "It's 2 of them."],
    ['  ', ''],
  ])('%j', (text, expected) => expect(asSentence(text)).toBe(expected));
});
