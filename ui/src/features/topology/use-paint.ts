/**
 * Overlays whose colours come from elsewhere, each in a hook of its own: of policies how workloads are covered, whom one selects,
 * what a what-if would change; of certificates how they are; how unusual everything is. Only the one that is chosen is asked for.
 */
import type { SourceFreshness } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useFreshness } from '../../components/source-freshness.js';
import { scoresQuery } from '../../lib/anomaly-queries.js';
import { certificateHealthQuery } from '../../lib/certificate-queries.js';
import { type MapPaint, useWhatIfPaint } from '../../lib/map-paint.js';
import { coverageQuery, type PolicyName, policyQuery } from '../../lib/policy-queries.js';
import { useUrlValues } from '../../lib/url-state.js';
import { useTime } from '../../lib/use-time.js';
import { anomalyPaint } from './model/anomaly-paint.js';
import { certificatePaint } from './model/certificate-paint.js';
import type { Overlay, PaintedOverlay } from './model/overlay.js';
import { coveragePaint, policyPaint, readPolicyName } from './model/policy-paint.js';

/** What one overlay paints; in place of colours, why there are none (yet). */
interface Source {
  offered: boolean;
  paint: MapPaint | undefined;
  note: string;
  /** How fresh the colours are; absent: they are of no source of the mesh. */
  sources?: readonly SourceFreshness[] | undefined;
}

interface Painted {
  paint: MapPaint | undefined;
  /** Overlays that can be chosen now. */
  offered: PaintedOverlay[];
  note: string | undefined;
}

export function usePaint(overlay: Overlay): Painted {
  const sources: Record<PaintedOverlay, Source> = {
    anomaly: useScores(overlay === 'anomaly'),
    policies: useCoverage(overlay === 'policies'),
    policy: usePolicy(overlay === 'policy'),
    'what-if': useWhatIf(),
    certificates: useCertificates(overlay === 'certificates'),
  };
  const offered = (Object.keys(sources) as PaintedOverlay[]).filter((name) => sources[name].offered);
  const chosen = overlay in sources ? sources[overlay as PaintedOverlay] : undefined;
  const stale = useStaleNote(chosen?.sources);
  return { paint: chosen?.paint, offered, note: chosen && !chosen.paint ? chosen.note : stale };
}

/** Old colours must not pass for those of now. */
function useStaleNote(sources: readonly SourceFreshness[] = []): string | undefined {
  const { state, sentences } = useFreshness(sources);
  return sources.length === 0 || state === 'fresh' ? undefined : `The colours are the last that were read. ${sentences.join('. ')}.`;
}

const noteOf = (error: Error | null, reading: string) => (error ? `No colours: ${error.message}` : `Reading ${reading} …`);

function useCoverage(enabled: boolean): Source {
  const { data, error } = useQuery({ ...coverageQuery(), enabled });
  const paint = useMemo(() => data && coveragePaint(data.workloads), [data]);
  return { offered: true, paint, note: noteOf(error, 'policies'), sources: data?.sources };
}

const NO_POLICY: PolicyName = { cluster: '', kind: 'AuthorizationPolicy', namespace: '', name: '' };

function usePolicy(enabled: boolean): Source {
  const name = readPolicyName(useUrlValues()['policy']);
  const { data, error } = useQuery({ ...policyQuery(name ?? NO_POLICY), enabled: enabled && name !== undefined });
  const paint = useMemo(() => data && policyPaint(data), [data]);
  return { offered: name !== undefined, paint, note: noteOf(error, 'policies') };
}

function useWhatIf(): Source {
  const paint = useWhatIfPaint((state) => state.paint);
  return { offered: paint !== undefined, paint, note: 'No what-if was replayed in this tab: colours come when one is.' };
}

function useCertificates(enabled: boolean): Source {
  const { data, error } = useQuery({ ...certificateHealthQuery(), enabled });
  const paint = useMemo(() => data && certificatePaint(data), [data]);
  return { offered: true, paint, note: noteOf(error, 'certificates'), sources: data?.sources };
}

/** Scores are those of now: at another time they would be of the wrong mesh. */
function useScores(enabled: boolean): Source {
  const { isLive } = useTime();
  const { data, error } = useQuery({ ...scoresQuery(), enabled: enabled && isLive });
  const paint = useMemo(() => (isLive && data && data.at !== null ? anomalyPaint(data) : undefined), [isLive, data]);
  const reading = !isLive
    ? 'No colours: scores are kept of now only. Go back to live to see them.'
    : data?.at === null
      ? 'No window was judged yet: scores come with the first.'
      : noteOf(error, 'scores');
  return { offered: isLive, paint, note: reading, sources: data?.sources };
}
