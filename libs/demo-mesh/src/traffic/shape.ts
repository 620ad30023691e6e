/** How busy the shop is at a time: share of the daily peak, by hour and weekday (UTC), with slow noise on top. */
import type { ShapeName } from '../model/types.js';
import { smoothNoise } from './random.js';

const WEEKDAY: Record<ShapeName, readonly number[]> = {
  // Sunday first.
  shoppers: [1.08, 0.92, 0.94, 0.97, 1, 1.05, 1.12],
  office: [0.25, 1, 1.02, 1, 0.98, 0.9, 0.28],
  steady: [1, 1, 1, 1, 1, 1, 1],
};

const bump = (hour: number, centre: number, width: number): number => {
  const distance = Math.min(Math.abs(hour - centre), 24 - Math.abs(hour - centre));
  return Math.exp(-(distance * distance) / (2 * width * width));
};

function dailyShare(shape: ShapeName, hour: number): number {
  if (shape === 'steady') return 1;
  if (shape === 'office') return 0.12 + 0.88 * Math.min(1, bump(hour, 10.5, 1.9) + bump(hour, 15, 2.1));
  return 0.34 + 0.66 * Math.min(1, 0.62 * bump(hour, 12, 2.6) + bump(hour, 19.5, 2.8));
}

/** In about (0, 1.3]; never 0, so an edge that lives is never idle. */
export function loadShare(shape: ShapeName, timeSec: number, seed: number): number {
  const date = new Date(timeSec * 1000);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60 + date.getUTCSeconds() / 3600;
  // The weekday changes over the hours around midnight, not at a stroke.
  const today = WEEKDAY[shape][date.getUTCDay()]!;
  const tomorrow = WEEKDAY[shape][(date.getUTCDay() + 1) % 7]!;
  const weekday = hour < 21 ? today : today + ((tomorrow - today) * (hour - 21)) / 3;
  const noise =
    1 + 0.07 * smoothNoise(seed, 3600, timeSec) + 0.05 * smoothNoise(seed + 1, 600, timeSec) + 0.03 * smoothNoise(seed + 2, 60, timeSec);
  return Math.max(0.02, dailyShare(shape, hour) * weekday * noise);
}
