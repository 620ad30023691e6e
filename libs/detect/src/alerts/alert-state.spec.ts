import { CALM, isOpen, severityOf, stepAlert, type AlertState } from './alert-state.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Scores a minute apart; the events they give, `-` for none. */
function run(scores: number[], { from = CALM, startMs = 0 }: { from?: AlertState; startMs?: number } = {}) {
  let state = from;
  const events = scores.map((score, index) => {
    const step = stepAlert(state, { score, atMs: startMs + index * MINUTE_MS });
    state = step.state;
    return step.event ?? '-';
  });
  return { state, events: events.join(' ') };
}

describe('stepAlert', () => {
  const check = (scores: number[], expected: string) => expect(run(scores).events).toBe(expected);
  it('opens at three of five', () => {
    check([0.9, 0.9], '- -');
    check([0.9, 0.1, 0.9, 0.1, 0.9], '- - - - opened');
    check([0.9, 0.1, 0.1, 0.9, 0.1, 0.9], '- - - - - -');
    check([0.86, 0.86, 0.86, 0.86], '- - opened -');
  });
  it('closes after three below half, and stays between', () => {
    check([0.86, 0.86, 0.86, 0.1, 0.1, 0.1], '- - opened - - closed');
    check([0.86, 0.86, 0.86, 0.1, 0.6, 0.1, 0.1], '- - opened - - - -');
  });
  it('tells again when it worsens, once a level', () => {
    check([0.86, 0.86, 0.86, 0.96, 0.96, 0.91, 0.99], '- - opened worsened - - worsened');
  });
  it('reminds after a day', () => {
    const { state } = run([0.86, 0.86, 0.86]);
    expect(run([0.86, 0.86], { from: state, startMs: 23 * HOUR_MS }).events).toBe('- -');
    expect(run([0.86, 0.86], { from: state, startMs: 25 * HOUR_MS }).events).toBe('reminded -');
  });
  it('reopens what closed within half a day, else opens anew', () => {
    const { state } = run([0.86, 0.86, 0.86, 0.1, 0.1, 0.1]);
    const again = run([0.86, 0.86, 0.86], { from: state, startMs: 5 * HOUR_MS });
    expect([again.events, again.state.openedAtMs, isOpen(again.state)]).toEqual(['- - reopened', 2 * MINUTE_MS, true]);
    const anew = run([0.86, 0.86, 0.86], { from: state, startMs: 13 * HOUR_MS });
    expect([anew.events, anew.state.openedAtMs]).toEqual(['- - opened', 13 * HOUR_MS + 2 * MINUTE_MS]);
  });
  it('knows since when it was bad', () => {
    expect(run([0.1, 0.9, 0.1, 0.9, 0.9]).state.firstBadAtMs).toBe(MINUTE_MS);
    expect(run([0.9, 0.1, 0.1, 0.1, 0.1, 0.1]).state.firstBadAtMs).toBeUndefined();
  });
  it('copes with states that lack what a full one has', () => {
    const open = { recent: 7, quiet: 0, openedAtMs: 0 };
    expect(stepAlert(open, { score: 0.86, atMs: MINUTE_MS }).event).toBeUndefined();
    expect(stepAlert(open, { score: 0.99, atMs: MINUTE_MS }).event).toBe('worsened');
    expect(stepAlert({ recent: 3, quiet: 0, closedAtMs: 0 }, { score: 0.9, atMs: MINUTE_MS })).toMatchObject({
      event: 'reopened',
      state: { openedAtMs: MINUTE_MS },
    });
  });
  it('goes on from JSON as if nothing had been', () => {
    const scores = [0.9, 0.2, 0.9, 0.96, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9];
    const whole = run(scores).events.split(' ');
    const { state } = run(scores.slice(0, 4));
    const rest = run(scores.slice(4), { from: JSON.parse(JSON.stringify(state)) as AlertState, startMs: 4 * MINUTE_MS });
    expect(rest.events.split(' ')).toEqual(whole.slice(4));
  });
});

describe('severityOf', () => {
  it('steps with the score', () => {
    expect([0.85, 0.9, 0.95, 0.98, 1].map(severityOf)).toEqual(['low', 'medium', 'high', 'critical', 'critical']);
  });
});
