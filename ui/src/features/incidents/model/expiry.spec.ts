import { EXPIRIES, expiresAt, isOver } from './expiry.js';

const NOW = Date.parse('2026-06-03T14:00:00.000Z');

it('expiresAt: every choice ends, and not before it began', () => {
  expect(expiresAt('1h', NOW)).toBe('2026-06-03T15:00:00.000Z');
  expect(expiresAt('7d', NOW)).toBe('2026-06-10T14:00:00.000Z');
  for (const { value } of EXPIRIES) expect(isOver({ expiresAt: expiresAt(value, NOW) }, NOW)).toBe(false);
  expect(isOver({ expiresAt: '2026-06-03T14:00:00.000Z' }, NOW)).toBe(true);
});
