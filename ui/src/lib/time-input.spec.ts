import { fromInputText, toInputText } from './time-input.js';

describe('time input', () => {
  const check = (text: string, at: string) => {
    expect(fromInputText(text, 'utc')).toBe(at);
    expect(toInputText(at, 'utc')).toBe(text);
  };
  it('is the same both ways', () => {
    check('2026-06-03T14:02', '2026-06-03T14:02:00.000Z');
    const at = '2026-06-03T14:02:00.000Z';
    expect(fromInputText(toInputText(at, 'local'), 'local')).toBe(at);
  });
  it('refuses what is not a time', () => expect(fromInputText('', 'utc')).toBeUndefined());
});
