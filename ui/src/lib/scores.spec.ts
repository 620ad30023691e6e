import { degreeOf, scoreText, sureWords } from './scores.js';

describe('scores', () => {
  it.each([
    [null, 'unknown', 'nothing can be said yet', '–'],
    [0.2, 'usual', 'as usual', '0.20'],
    [0.5, 'look', 'unusual, no alert', '0.50'],
    [0.8499, 'look', 'unusual, no alert', '0.84'],
    [0.85, 'alert', 'sure enough to alert', '0.85'],
    [0.999, 'alert', 'very sure', '0.99'],
  ])('score %p', (score, degree, words, text) => {
    expect([degreeOf(score), sureWords(score), scoreText(score)]).toEqual([degree, words, text]);
  });
});
