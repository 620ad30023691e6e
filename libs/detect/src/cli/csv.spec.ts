import { columnsOf, fieldsOf, quoted, timeOf, valueOf } from './csv.js';

describe('fieldsOf', () => {
  const check = (line: string, expected: string[]) => expect(fieldsOf(line)).toEqual(expected);
  it('splits at commas outside quotes', () => {
    check('a,b', ['a', 'b']);
    check('a,,c', ['a', '', 'c']);
    check('"a,b",c', ['a,b', 'c']);
    check('"say ""x""",', ['say "x"', '']);
    check(',"a",,"","b,"', ['', 'a', '', '', 'b,']);
    check('"a" b,c"d', ['"a" b', 'c"d']);
  });
  it('reads back what quoted writes', () => {
    for (const field of ['a', 'a,b', 'say "x"', '"', '']) check(`${quoted(field)},1`, [field, '1']);
  });
});

describe('columnsOf', () => {
  it('finds columns in any order, spelling and beside others', () => {
    expect(columnsOf('\uFEFFValue, Timestamp ,label', ['timestamp', 'value'], 'a.csv')).toEqual([1, 0]);
  });
  it('names the file and the column that is missing', () => {
    expect(() => columnsOf('time,value', ['timestamp', 'value'], 'a.csv')).toThrow('a.csv: line 1: no column "timestamp"');
  });
});

describe('timeOf', () => {
  const check = (text: string, expected: string | undefined) =>
    expect(timeOf(text)).toBe(expected === undefined ? undefined : Date.parse(expected));
  it('reads dates, RFC 3339 and epochs', () => {
    check('2014-04-01 00:05:00', '2014-04-01T00:05:00Z');
    check('2014-04-01 00:05', '2014-04-01T00:05:00Z');
    check('2014-04-01', '2014-04-01T00:00:00Z');
    check('2014-04-01T02:05:00+02:00', '2014-04-01T00:05:00Z');
    check('2014-04-01T00:05:00-0130', '2014-04-01T01:35:00Z');
    check('2014-04-01T00:05:00.250Z', '2014-04-01T00:05:00.250Z');
    check('1396310700', '2014-04-01T00:05:00Z');
    check('1396310700000', '2014-04-01T00:05:00Z');
    check('1396310700.5', '2014-04-01T00:05:00.500Z');
    check('1396310700000000', '2014-04-01T00:05:00Z');
    check('1396310700000000000', '2014-04-01T00:05:00Z');
    check('2014-03-31T24:00:00Z', '2014-04-01T00:00:00Z');
    check('1396310700000000', '2014-04-01T00:05:00Z');
    check('1396310700000000000', '2014-04-01T00:05:00Z');
    check('2014-03-31T24:00:00Z', '2014-04-01T00:00:00Z');
  });
  it('refuses what is no time', () => {
    for (const text of [
      '',
      'yesterday',
      '14:05',
      '2014/04/01',
      'NaN',
      '2014-02-31',
      '2014-13-01',
      '2014-04-01 25:00',
      '2014-04-01 00:61',
      '1e40',
    ])
      check(text, undefined);
  });
});

describe('valueOf', () => {
  const check = (text: string, expected: number | undefined) => expect(valueOf(text)).toBe(expected);
  it('reads numbers, and words for none', () => {
    check('1.5', 1.5);
    check(' -2e3 ', -2000);
    for (const none of ['', 'NaN', 'null', 'inf', '-Infinity', 'N/A']) check(none, Number.NaN);
    check('1.5 ms', undefined);
  });
});
