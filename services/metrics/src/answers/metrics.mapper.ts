/**
 * Series and windows between the contract and proto: columns become points, `null` becomes an absent field.
 * Invariant: what goes out through gRPC holds the same facts as the answer on NATS.
 */
import type { EdgeSample, OverviewReply, TrafficSeries, WindowClosed, WindowReadReply } from '@observatory/contracts';
import { sourcesToProto, type MetricsProto } from '@observatory/proto';
import { SERIES_COLUMNS } from '../domain/series.js';

export function spanFromProto(span: MetricsProto.SeriesSpan | undefined | null): { from?: string; to?: string; stepSec?: number } {
  return {
    ...(span?.from ? { from: span.from } : {}),
    ...(span?.to ? { to: span.to } : {}),
    ...(span?.stepSec ? { stepSec: span.stepSec } : {}),
  };
}

type Header = Pick<OverviewReply, 'generatedAt' | 'sources' | 'from' | 'to' | 'stepSec' | 'resolution'>;
export function headerToProto({ generatedAt, sources, from, to, stepSec, resolution }: Header): MetricsProto.SeriesHeader {
  return { generatedAt, sources: sourcesToProto(sources), from, to, stepSec, resolution };
}

const known = (values: Record<string, number | null>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null));

export function pointsToProto(series: TrafficSeries): MetricsProto.TrafficPoint[] {
  return series.at.map((at, index) => ({
    at,
    ...known(Object.fromEntries(SERIES_COLUMNS.map((name) => [name, series[name][index] ?? null]))),
  }));
}

export function nowToProto(now: OverviewReply['now']): MetricsProto.OverviewNow {
  return known(now);
}

export function edgeToProto(edge: EdgeSample): MetricsProto.EdgeSample {
  return { ...edge };
}

export function windowToProto({ sources, edges, ...rest }: WindowReadReply): MetricsProto.Window {
  return { ...rest, sources: sourcesToProto(sources), edges: edges.map(edgeToProto) };
}

export function closedToProto({ sources, edges, ...rest }: WindowClosed): MetricsProto.WindowClosed {
  return { ...rest, sources: sourcesToProto(sources), edges: edges.map(edgeToProto) };
}
