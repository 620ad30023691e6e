/** Overlays whose colours come from policies: how workloads are covered, whom one policy selects, what a what-if would change. */
import type { PolicyCoverageReply, PolicyGetReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type MapPaint, useWhatIfPaint } from '../../lib/map-paint.js';
import { coverageQuery, type PolicyName, policyQuery } from '../../lib/policy-queries.js';
import { useUrlValues } from '../../lib/url-state.js';
import type { Overlay, PaintedOverlay } from './model/overlay.js';
import { coveragePaint, policyPaint, readPolicyName } from './model/policy-paint.js';

interface Painted {
  paint: MapPaint | undefined;
  /** Overlays that can be chosen now. */
  offered: PaintedOverlay[];
  /** Why there are no colours (yet). */
  note: string | undefined;
}

export function usePaint(overlay: Overlay): Painted {
  const name = readPolicyName(useUrlValues()['policy']);
  const replayed = useWhatIfPaint((state) => state.paint);
  const coverage = useQuery({ ...coverageQuery(), enabled: overlay === 'policies' });
  const policy = useQuery({ ...policyQuery(name ?? NO_POLICY), enabled: overlay === 'policy' && name !== undefined });
  const paint = useMemo(() => paintOf(overlay, coverage.data, policy.data, replayed), [overlay, coverage.data, policy.data, replayed]);
  const offered: PaintedOverlay[] = ['policies', ...(name ? (['policy'] as const) : []), ...(replayed ? (['what-if'] as const) : [])];
  return { paint, offered, note: paint ? undefined : noteOf(overlay, overlay === 'policies' ? coverage.error : policy.error) };
}

const NO_POLICY: PolicyName = { cluster: '', kind: 'AuthorizationPolicy', namespace: '', name: '' };

function paintOf(
  overlay: Overlay,
  coverage: PolicyCoverageReply | undefined,
  policy: PolicyGetReply | undefined,
  replayed: MapPaint | undefined,
): MapPaint | undefined {
  if (overlay === 'policies') return coverage && coveragePaint(coverage.workloads);
  if (overlay === 'policy') return policy && policyPaint(policy);
  return overlay === 'what-if' ? replayed : undefined;
}

function noteOf(overlay: Overlay, error: Error | null): string | undefined {
  if (overlay === 'what-if') return 'No what-if was replayed in this tab: colours come when one is.';
  if (overlay !== 'policies' && overlay !== 'policy') return undefined;
  return error ? `No colours: ${error.message}` : 'Reading policies …';
}
