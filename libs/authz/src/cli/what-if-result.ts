/** What a replay of recorded flows under changed policies found. */
import type { PolicyDiagnostic } from '@observatory/contracts';
import type { Judged, Tally } from '../replay/replay.js';
import type { RecordedFlow } from './flows.js';

export type Change = Exclude<Judged<RecordedFlow>, { verdict: 'unchanged' }>;
export interface WhatIfResult {
  readonly summary: Readonly<Record<'newlyDenied' | 'newlyAllowed' | 'undecidable' | 'unchanged', Tally>>;
  /** The worst first, then by their requests. */
  readonly changes: readonly Change[];
  readonly cutOff: readonly { readonly workload: string; readonly requestsPerSecond: number }[];
  readonly problems: readonly PolicyDiagnostic[];
}
