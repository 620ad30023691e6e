import { isPassing, silenceWords, waitingWords } from './history-words.js';

const failed = (code: string, message = 'The words of its own') => Object.assign(new Error(message), { code });

describe('why history waits', () => {
  const check = (name: string, thrown: unknown, expected: [passes: boolean, words: string]) =>
    it(name, () => expect([isPassing(thrown), silenceWords(thrown)]).toEqual(expected));

  check('the database of metrics is not ours', failed('database/unavailable', 'The database does not answer'), [
    true,
    'metrics has lost its connection to the database for the moment',
  ]);
  check('nobody is there yet', failed('service/unavailable', 'The metrics service does not answer'), [
    true,
    'The metrics service does not answer',
  ]);
  check('no answer in time', failed('service/timeout'), [true, 'The words of its own']);
  check('a wrong question stays wrong', failed('request/invalid'), [false, 'The words of its own']);
  check('what is no error of a service', new Error('broken'), [false, 'broken']);
});

describe('how far metrics is', () => {
  it('is said in hours', () =>
    expect(waitingWords(40, 168)).toBe('waits for metrics, which reads its own history back: 40 of 168 hours so far'));
});
