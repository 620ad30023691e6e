import { isConnectionError } from './connection-error.js';

const withCode = (code: string): Error => Object.assign(new Error('failed'), { code });

function check(thrown: unknown, expected: boolean): void {
  expect(isConnectionError(thrown)).toBe(expected);
}

describe('isConnectionError', () => {
  it('knows what an absent database looks like', () => {
    check(withCode('ECONNREFUSED'), true);
    check(withCode('57P01'), true);
    check(withCode('57P03'), true);
    check(withCode('08006'), true);
    check(new Error('Connection terminated unexpectedly'), true);
    check(new Error('timeout exceeded when trying to connect'), true);
    check(new AggregateError([withCode('ECONNREFUSED')]), true);
    check(Object.assign(new Error('QueryFailedError'), { driverError: withCode('57P01') }), true);
  });

  it('leaves wrong statements alone', () => {
    check(withCode('42P01'), false);
    check(withCode('57014'), false);
    check(new Error('connection is a fine column name'), false);
    check('ECONNREFUSED', false);
  });
});
