/**
 * What did one window of one cluster say? The answers of window-queries.ts become edge samples.
 * Invariant: the same answers in any order give the same samples, up to the order of equals and of additions.
 */
import type { AdaptOptions, AdaptedWindow, PromSample, PromSeries, QueryName, WindowVectors } from '../types.js';
import { limitHosts, sampleOf } from './drafts.js';
import { EndpointTable } from './endpoints.js';
import { absorbForeignCallers } from './foreign-callers.js';
import { istioEdges } from './istio-adapter.js';
import { linkerdEdges } from './linkerd-adapter.js';
import { ProblemLog } from './problems.js';

export function adaptWindow(vectors: WindowVectors, options: AdaptOptions): AdaptedWindow {
  const table = new EndpointTable();
  const problems = new ProblemLog();
  const drafts = istioEdges(vectors, options, { table, problems });
  for (const draft of linkerdEdges(vectors, options, { table, problems })) drafts.push(draft);
  const edges = limitHosts(absorbForeignCallers(drafts), table, problems).map(sampleOf);
  return { edges, problems: problems.list() };
}

/** Answers of range queries, cut into one set of vectors a step: what backfill gives to `adaptWindow`. */
export function vectorsByTime(answers: Partial<Record<QueryName, Iterable<PromSeries>>>): Map<number, WindowVectors> {
  const steps = new Map<number, Partial<Record<QueryName, PromSample[]>>>();
  for (const name of Object.keys(answers) as QueryName[]) {
    for (const { metric, values } of answers[name]!) {
      for (const [atMs, value] of values) {
        let step = steps.get(atMs);
        if (step === undefined) steps.set(atMs, (step = {}));
        (step[name] ??= []).push({ metric, value });
      }
    }
  }
  return steps;
}
