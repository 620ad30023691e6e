/**
 * What kind of thing is a metric, by the names that exporters, meshes and benchmarks use? Symptoms (latency, errors) are what callers
 * share with their callees; load is what callers send; everything else (processor, memory, system calls, bytes) is a node's own.
 * Invariant: a name is of one kind; a name that says nothing is the node's own, which is the weakest claim.
 */

export type MetricKind = 'latency' | 'errors' | 'load' | 'own';
export type Symptom = 'latency' | 'errors';
export const SYMPTOMS: readonly Symptom[] = ['latency', 'errors'];

const FALLS = /avail|success|apdex|health/i;
const ERRORS = /error|fail|[45]xx|timeout|exception/i;
const LATENCY = /laten|(?<![a-z])lat(?![a-z])|durat|respon[cs]e_?time|elapsed|p\d\d(?!\d)/i;
const LOAD = /requests?(?![a-z])|workload|throughput|(?<![a-z])(?:[rqt]ps|ops|calls|hits)(?![a-z])/i;
/** `cpu_requests` is what a scheduler reserves. */
const RESERVED = /cpu|mem/i;

export function kindOf(metric: string): MetricKind {
  if (FALLS.test(metric) || ERRORS.test(metric)) return 'errors';
  if (LATENCY.test(metric)) return 'latency';
  return LOAD.test(metric) && !RESERVED.test(metric) ? 'load' : 'own';
}

/** Where trouble is: up, or down for what is good when it is high. */
export const directionOf = (metric: string): 1 | -1 => (FALLS.test(metric) ? -1 : 1);
