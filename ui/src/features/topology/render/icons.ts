/** Icons of kinds of nodes, as paths in a 24 × 24 box drawn with round strokes: those of the icon set of the product. */
import type { IconName } from '../model/scene-types.js';

const circle = (x: number, y: number, r: number) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
const tile = (x: number, y: number) => `M${x + 1} ${y}h4a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1`;

export const ICONS: Record<IconName, string> = {
  workload:
    'M21 8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73l7 4a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16Z' +
    'M3.3 7l8.7 5 8.7-5M12 22V12',
  app:
    'M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83z' +
    'M2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17',
  service: `${tile(16, 16)}${tile(2, 16)}${tile(9, 2)}M5 16v-3a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v3M12 12V8`,
  gateway: 'M10 17l5-5-5-5M15 12H3M15 3h4a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-4',
  waypoint: `M10.6 5.4L5.4 10.6M18.6 13.4l-5.2 5.2M6 12h12${circle(12, 20, 2)}${circle(12, 4, 2)}${circle(20, 12, 2)}${circle(4, 12, 2)}`,
  tunnel: 'M3 20V12a9 9 0 0 1 18 0v8M8 20v-8a4 4 0 0 1 8 0v8M3 20h18',
  external: `${circle(12, 12, 10)}M12 2a14.5 14.5 0 0 0 0 20a14.5 14.5 0 0 0 0-20M2 12h20`,
  unknown: 'M8.6 8.6a3.5 3.5 0 0 1 6.8 1.2c0 2.3-3.4 3.4-3.4 3.4M12 17.5h.01',
  namespace: `${tile(3, 3)}${tile(14, 3)}${tile(3, 14)}${tile(14, 14)}`,
};
