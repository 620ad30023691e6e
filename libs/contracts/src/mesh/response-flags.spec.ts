import { RESPONSE_FLAGS, responseFlagWords } from './response-flags.js';

describe('responseFlagWords', () => {
  const check = (flags: string, expected: string[]) =>
    it(`reads ${flags || 'nothing'}`, () =>
      expect(responseFlagWords(flags).map(({ flag, words }) => `${flag}: ${words ?? '?'}`)).toEqual(expected));
  check('-', []);
  check('', []);
  check('UF', [`UF: ${RESPONSE_FLAGS['UF']}`]);
  check('URX, UF', [`URX: ${RESPONSE_FLAGS['URX']}`, `UF: ${RESPONSE_FLAGS['UF']}`]);
  check('NEW', ['NEW: ?']);
});
