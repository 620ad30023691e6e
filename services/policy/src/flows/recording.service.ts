/** The recorded flows of a cluster over a span, page by page from the metrics service, with what logs and traces add. Kept for a minute. */
import { Injectable } from '@nestjs/common';
import { METRICS_SUBJECTS, type FlowCoverage, type RecordedFlow, type SourceFreshness } from '@observatory/contracts';
import { DomainError, Requester } from '@observatory/platform';
import type { Recording } from '../engine/jobs.js';
import { OperationsService, type OperationsAnswer } from './operations.service.js';

/** A flow may be told apart by its operations; beyond it the quietest are left out. */
const FLOWS_MAX = 100_000;
const PAGE = 2000;
const PAGE_WITHIN_MS = 15_000;
const KEPT_MS = 60_000;
const KEPT_MAX = 8;
const WEEK_MS = 7 * 86_400_000;

export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export interface CoveredRecording {
  readonly recording: Recording;
  readonly sources: SourceFreshness[];
  readonly coverage: Omit<FlowCoverage, 'requestsPerSecond' | 'operationsKnownRatio'>;
}

@Injectable()
export class RecordingService {
  private readonly kept = new Map<string, { at: number; load: Promise<CoveredRecording> }>();

  constructor(
    private readonly requester: Requester,
    private readonly operations: OperationsService,
  ) {}

  get(cluster: string, span: Span): Promise<CoveredRecording> {
    const now = Date.now();
    const key = `${cluster} ${span.from ?? ''} ${span.to ?? ''}`;
    for (const [known, { at }] of this.kept) if (now - at > KEPT_MS) this.kept.delete(known);
    const kept = this.kept.get(key);
    if (kept) return kept.load;
    const load = this.load(cluster, spanOf(span, now));
    if (this.kept.size >= KEPT_MAX) this.kept.delete(this.kept.keys().next().value ?? '');
    this.kept.set(key, { at: now, load });
    // What failed is asked for again at once.
    load.catch(() => this.kept.delete(key));
    return load;
  }

  private async load(cluster: string, { from, to }: { from: string; to: string }): Promise<CoveredRecording> {
    const operations = this.operations.read(cluster);
    const flows: RecordedFlow[] = [];
    let cursor: string | undefined;
    let omitted = 0;
    for (;;) {
      const page = await this.requester.request(
        METRICS_SUBJECTS.flowList,
        { cluster, from, to, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
        { timeoutMs: PAGE_WITHIN_MS },
      );
      const room = FLOWS_MAX - flows.length;
      flows.push(...page.flows.slice(0, room));
      omitted += Math.max(0, page.flows.length - room);
      cursor = page.nextCursor;
      if (cursor !== undefined && flows.length < FLOWS_MAX) continue;
      const { resolution, windowsExpected, windowsPresent, sources } = page;
      const about = { from, to, resolution, windowsExpected, windowsPresent, flows: flows.length, flowsOmitted: omitted };
      return covered(flows, { about, sources, operations: await operations });
    }
  }
}

function covered(
  flows: RecordedFlow[],
  {
    about,
    sources,
    operations,
  }: { about: Omit<CoveredRecording['coverage'], 'operations'>; sources: SourceFreshness[]; operations: OperationsAnswer },
): CoveredRecording {
  return {
    recording: { flows, operations: operations.seen },
    sources,
    coverage: { ...about, operations: operations.states },
  };
}

function spanOf({ from, to }: Span, now: number): { from: string; to: string } {
  const end = to === undefined ? now : Date.parse(to);
  const start = from === undefined ? end - WEEK_MS : Date.parse(from);
  if (start >= end) throw new DomainError('request/invalid', { message: 'from must be before to' });
  if (end - start > WEEK_MS) throw new DomainError('request/invalid', { message: 'flows go back seven days at most' });
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
