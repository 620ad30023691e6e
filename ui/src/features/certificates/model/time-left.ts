/**
 * How long does it have, in words, and where in its life is it? Spans keep two figures near the end, where they matter.
 * Invariant: shares are of the life that the certificate states; without a beginning there is no share.
 */
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;

/** `3 y 20 d`, `12 d 4 h`, `5 h 10 min`, `40 s`. */
export function longSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 2 * YEAR) return pair(whole, [YEAR, 'y'], [DAY, 'd']);
  if (whole >= 30 * DAY) return `${Math.floor(whole / DAY)} d`;
  if (whole >= DAY) return pair(whole, [DAY, 'd'], [HOUR, 'h']);
  if (whole >= HOUR) return pair(whole, [HOUR, 'h'], [MINUTE, 'min']);
  return whole >= 2 * MINUTE ? `${Math.floor(whole / MINUTE)} min` : `${whole} s`;
}

function pair(seconds: number, [big, bigUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${bigUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}

/** `12 d 4 h left`, `ended 3 h ago`. */
export function timeLeft(notAfter: string, now: number): string {
  const seconds = (Date.parse(notAfter) - now) / 1000;
  return seconds > 0 ? `${longSpan(seconds)} left` : `ended ${longSpan(-seconds)} ago`;
}

export interface Life {
  /** Shares of the whole life, 0 to 1; `now` may be beyond either end and is kept within. */
  now: number;
  renewal: number | undefined;
  ended: boolean;
  begun: boolean;
}

export function lifeOf(
  dates: { notBefore?: string | undefined; notAfter: string; renewalAt?: string | undefined },
  now: number,
): Life | undefined {
  if (dates.notBefore === undefined) return undefined;
  const [from, to] = [Date.parse(dates.notBefore), Date.parse(dates.notAfter)];
  if (!(to > from)) return undefined;
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  return {
    now: share(now),
    renewal: dates.renewalAt === undefined ? undefined : share(Date.parse(dates.renewalAt)),
    ended: now >= to,
    begun: now >= from,
  };
}
