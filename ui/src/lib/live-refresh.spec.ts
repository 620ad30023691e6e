import { movesWithTime } from './live-refresh.js';

describe('movesWithTime', () => {
  const check = (key: unknown[], expected: boolean) => expect(movesWithTime(key)).toBe(expected);
  it('is true of what ends now', () => {
    check(['status'], true);
    check(['topology', 'graph', { graph: 'workload', at: undefined }], true);
    check(['metrics', 'edge', 'a~~b~~http', { lastSec: 3600 }], true);
  });
  it('is false of the past', () => {
    check(['topology', 'graph', { at: '2026-06-03T10:00:00Z' }], false);
    check(['metrics', 'overview', { from: 'a', to: 'b' }], false);
  });
});
