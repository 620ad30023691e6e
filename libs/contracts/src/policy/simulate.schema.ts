/** `POST /policies/validate` and `POST /policies/simulate`. */
import { z } from 'zod';
import { sourceFreshness, timestamp } from '../common/primitives.js';
import {
  policyDiagnostic,
  policyKind,
  policyMesh,
  policyRequest,
  policySource,
  policyWorkload,
  requestDecision,
} from './policy-object.schema.js';

export const REQUESTS_MAX = 10_000;
const cluster = z.string().min(1).max(253);

/** With `cluster`, also against the live mesh: accounts, selectors, hosts and namespaces that do not exist there. */
export const policyValidateRequest = z
  .object({ policies: policySource, cluster: cluster.optional() })
  .meta({ id: 'PolicyValidateRequest' });
export type PolicyValidateRequest = z.infer<typeof policyValidateRequest>;
export const policyValidateReply = z
  .object({
    generatedAt: timestamp,
    sources: z.array(sourceFreshness),
    /** What was read, in document order, with what it says in plain words. */
    policies: z.array(z.object({ kind: policyKind, namespace: z.string(), name: z.string(), words: z.array(z.string()) })),
    diagnostics: z.array(policyDiagnostic),
    /** Diagnostics that were left out since there are too many. */
    omitted: z.number().int().min(0),
  })
  .meta({ id: 'PolicyValidation' });
export type PolicyValidateReply = z.infer<typeof policyValidateReply>;

export const policySimulateRequest = z
  .object({
    mesh: policyMesh.partial().optional(),
    policies: policySource,
    includeCluster: cluster.optional(),
    workload: policyWorkload,
    requests: z.array(policyRequest).min(1).max(REQUESTS_MAX),
    /** Each layer apart as well, in `results[].layers`. */
    layers: z.boolean().default(false),
  })
  .meta({ id: 'PolicySimulateRequest' });
export type PolicySimulateRequest = z.infer<typeof policySimulateRequest>;
export const policySimulateReply = z
  .object({ results: z.array(requestDecision), diagnostics: z.array(policyDiagnostic) })
  .meta({ id: 'PolicySimulation' });
export type PolicySimulateReply = z.infer<typeof policySimulateReply>;
