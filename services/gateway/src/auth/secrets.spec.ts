import { newSecret, sameSecret } from './secrets.js';

describe('sameSecret', () => {
  const check = (given: string | undefined, expected: string | undefined, same: boolean) => expect(sameSecret(given, expected)).toBe(same);
  it('knows the right one', () => check('a', 'a', true));
  it('knows no other', () => {
    check('a', 'b', false);
    check('aa', 'a', false);
  });
  it('lets nobody in where no secret is set', () => {
    for (const nothing of [undefined, '']) {
      check(nothing, nothing, false);
      check('a', nothing, false);
      check(nothing, 'a', false);
    }
  });
  it('makes new ones that differ', () => expect(newSecret()).not.toBe(newSecret()));
});
