/** Until when is something suppressed or allowed? Nothing is for ever: what nobody renews comes back by itself. */
export const EXPIRIES = [
  { value: '1h', label: 'for an hour', seconds: 3600 },
  { value: '8h', label: 'for 8 hours', seconds: 8 * 3600 },
  { value: '1d', label: 'for a day', seconds: 86_400 },
  { value: '7d', label: 'for a week', seconds: 7 * 86_400 },
  { value: '30d', label: 'for 30 days', seconds: 30 * 86_400 },
] as const;
export type Expiry = (typeof EXPIRIES)[number]['value'];

export function expiresAt(expiry: Expiry, now: number): string {
  const seconds = EXPIRIES.find(({ value }) => value === expiry)?.seconds ?? 86_400;
  return new Date(now + seconds * 1000).toISOString();
}

export const isOver = ({ expiresAt: at }: { expiresAt: string }, now: number) => Date.parse(at) <= now;
