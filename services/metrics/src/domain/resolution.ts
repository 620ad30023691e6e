/** How finely is history kept? Raw windows, and rollups of them by 5 minutes and by hours. */

export const RESOLUTIONS = ['raw', '5m', '1h'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Length of a rollup; raw windows have their own. */
export const ROLLUP_SEC = { '5m': 300, '1h': 3600 } as const;
