/** What people say about anomalies: acknowledged, resolved, suppressed, useless, allowed. Everything carries who said it. */
import { z } from 'zod';
import { edgeIdSchema, limitSchema, nodeIdSchema, timestamp } from '../common/primitives.js';
import { actor } from '../audit/audit.schema.js';
import { anomalyType, securityType } from './anomaly.schema.js';
import { incidentSummary } from './incident.schema.js';
import { anomaly } from './anomaly.schema.js';

const id = z.string().min(1).max(100);
const reason = z.string().trim().min(1).max(1000);

/** A suppression needs a reason and an end; the others may have a note. Absent `expiresAt`: in a day. */
export const decisionBody = z
  .object({
    state: z.enum(['acknowledged', 'resolved', 'suppressed']),
    note: z.string().trim().max(1000).optional(),
    expiresAt: timestamp.optional(),
  })
  .refine(({ state, note }) => state !== 'suppressed' || (note !== undefined && note !== ''), {
    message: 'say why it is suppressed',
    path: ['note'],
  })
  .meta({ id: 'AnomalyDecision' });
export type DecisionBody = z.infer<typeof decisionBody>;
/** The same subject takes the id of an anomaly or of an incident: an incident's decision is that of all its anomalies. */
export const decideRequest = z.object({ id, actor, decision: decisionBody }).meta({ id: 'DecideRequest' });
export type DecideRequest = z.infer<typeof decideRequest>;
export const decideReply = z
  .object({ generatedAt: timestamp, incident: incidentSummary, anomaly: anomaly.optional() })
  .meta({ id: 'DecideAnswer' });
export type DecideReply = z.infer<typeof decideReply>;

/** `useless` raises what the same series and type need for an alert; `useful` takes that back. */
export const feedbackBody = z
  .object({ verdict: z.enum(['useful', 'useless']), note: z.string().trim().max(1000).optional() })
  .meta({ id: 'AnomalyFeedback' });
export type FeedbackBody = z.infer<typeof feedbackBody>;
export const feedbackRequest = z.object({ id, actor, feedback: feedbackBody }).meta({ id: 'FeedbackRequest' });
export type FeedbackRequest = z.infer<typeof feedbackRequest>;
export const feedbackReply = z
  .object({
    generatedAt: timestamp,
    /** What the next alert of each series and type needs now. */
    lowered: z.array(z.object({ subject: edgeIdSchema, type: anomalyType, factor: z.number().min(0).max(1) })),
  })
  .meta({ id: 'FeedbackAnswer' });
export type FeedbackReply = z.infer<typeof feedbackReply>;

/** Nobody is told about `type` (absent: any) on `subject` until `expiresAt`; it is still scored and shown. */
export const suppressionBody = z
  .object({ subject: edgeIdSchema, type: anomalyType.optional(), reason, expiresAt: timestamp })
  .meta({ id: 'SuppressionBody' });
export type SuppressionBody = z.infer<typeof suppressionBody>;
export const suppression = suppressionBody
  .extend({ id, label: z.string(), createdAt: timestamp, createdBy: actor, incidentId: id.optional() })
  .meta({ id: 'Suppression' });
export type Suppression = z.infer<typeof suppression>;
export const suppressRequest = z.object({ actor, suppression: suppressionBody }).meta({ id: 'SuppressRequest' });
export type SuppressRequest = z.infer<typeof suppressRequest>;
export const suppressionReply = z.object({ generatedAt: timestamp, suppression }).meta({ id: 'SuppressionAnswer' });

/** With `expired`, those that ended too. */
export const ruleListRequest = z
  .object({ expired: z.boolean().default(false), limit: limitSchema.max(1000).default(500) })
  .meta({ id: 'RuleListRequest' });
export type RuleListRequest = z.infer<typeof ruleListRequest>;
export const suppressionListReply = z
  .object({ generatedAt: timestamp, suppressions: z.array(suppression) })
  .meta({ id: 'SuppressionList' });
export type SuppressionListReply = z.infer<typeof suppressionListReply>;
export const ruleEndRequest = z.object({ id, actor }).meta({ id: 'RuleEndRequest' });
export type RuleEndRequest = z.infer<typeof ruleEndRequest>;
export const ruleEndReply = z.object({ generatedAt: timestamp, id }).meta({ id: 'RuleEndAnswer' });

/** This pattern is expected between these two until `expiresAt` (a backup, a scanner of our own): it is not looked for there. */
export const allowanceBody = z
  .object({
    type: securityType,
    source: nodeIdSchema,
    /** Absent: whatever it talks to. */
    target: nodeIdSchema.optional(),
    reason,
    expiresAt: timestamp,
  })
  .meta({ id: 'AllowanceBody' });
export type AllowanceBody = z.infer<typeof allowanceBody>;
export const allowance = allowanceBody.extend({ id, label: z.string(), createdAt: timestamp, createdBy: actor }).meta({ id: 'Allowance' });
export type Allowance = z.infer<typeof allowance>;
export const allowRequest = z.object({ actor, allowance: allowanceBody }).meta({ id: 'AllowRequest' });
export type AllowRequest = z.infer<typeof allowRequest>;
export const allowanceReply = z.object({ generatedAt: timestamp, allowance }).meta({ id: 'AllowanceAnswer' });
export const allowanceListReply = z.object({ generatedAt: timestamp, allowances: z.array(allowance) }).meta({ id: 'AllowanceList' });
export type AllowanceListReply = z.infer<typeof allowanceListReply>;
