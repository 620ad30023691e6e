import type { SourceFreshness } from '@observatory/contracts';
import { freshness, type Freshness } from './freshness.js';

const now = Date.parse('2026-06-03T12:10:00Z');
const fresh: SourceFreshness = { name: 'Prometheus', cluster: 'east', freshAt: '2026-06-03T12:09:48Z', state: 'fresh' };
const down: SourceFreshness = { name: 'Prometheus', cluster: 'west', freshAt: '2026-06-03T12:03:00Z', state: 'down' };

describe('freshness', () => {
  const check = (sources: SourceFreshness[], expected: Partial<Freshness>) => {
    const result = freshness(sources, 'utc', now);
    expect({ ...result, short: result.short.replaceAll('\u00a0', ' ') }).toMatchObject(expected);
  };
  it('is quiet where all is fresh', () => check([fresh], { state: 'fresh', short: '12 s ago', sentences: [] }));
  it('lets the worst decide and says why', () => {
    check([fresh, down], {
      state: 'down',
      short: 'Stale since 12:03',
      sentences: ['No data since 12:03 (Prometheus of west does not answer)'],
    });
    check([{ ...down, state: 'stale', detail: 'its newest sample is old' }], {
      state: 'stale',
      sentences: ['No data since 12:03 (Prometheus of west: its newest sample is old)'],
    });
    check([{ ...down, detail: 'Prometheus of west refuses the token' }], {
      sentences: ['No data since 12:03 (Prometheus of west refuses the token)'],
    });
    check([{ ...down, name: 'observatory', cluster: '', detail: 'The anomaly service has not answered since 2026-06-03T12:04:00Z' }], {
      sentences: ['No data since 12:03 (The anomaly service has not answered since 12:04)'],
    });
    check([{ ...down, freshAt: null }], { state: 'down', short: 'No data yet', sentences: ['Nothing read from Prometheus of west yet'] });
  });
  it('says what a fresh source has not, and above the numbers that rates are too low', () => {
    const low = {
      ...fresh,
      detail: 'There are no samples right after 2026-06-03T12:01:00Z: rates are too low until their span has passed that',
    };
    const sentence = 'There are no samples right after 12:01: rates are too low until their span has passed that.';
    check([low], { state: 'fresh', sentences: [], limits: [`Prometheus of east: 12\u00a0s ago. ${sentence}`], cautions: [sentence] });
    const forbidden = { ...fresh, name: 'Kubernetes', detail: 'no permission to list Pods' };
    check([forbidden], { limits: ['Kubernetes of east: 12\u00a0s ago. No permission to list Pods.'], cautions: [] });
  });
  it('says how much of a span is not stored', () => {
    const stored = { name: 'Stored windows', cluster: '', freshAt: '2026-06-03T12:09:48Z', state: 'fresh' as const };
    check([fresh, { ...stored, detail: 'only 118 of 120 windows of this span are known' }], {
      state: 'fresh',
      limits: ['Stored windows: 12\u00a0s ago. Only 118 of 120 windows of this span are known.'],
      cautions: ['Only 118 of 120 windows of this span are known.'],
    });
    check([fresh, { ...stored, freshAt: null, state: 'stale', detail: 'none of the 2 windows of this span is known' }], {
      sentences: ['Nothing read from Stored windows yet: none of the 2 windows of this span is known'],
    });
  });
  it('says so where there is no source', () => check([], { state: 'down', short: 'No source' }));
});
