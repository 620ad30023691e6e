/** The REST door to the audit trail (DESIGN §5). */
import { auditPage, limitSchema } from '@observatory/contracts';
import { z } from 'zod';
import { IN_ORDER, inOrder, timeParam } from '../http/query.js';
import { route } from '../http/route.js';

const LIMIT_DEFAULT = 100;

export const GET_AUDIT = route({
  method: 'GET',
  path: '/api/v1/audit',
  tag: 'audit',
  summary: 'Who did what, newest first, and whether the trail is intact',
  query: z
    .object({
      actor: z.string().max(200).optional().meta({ description: 'name of who did it' }),
      action: z
        .string()
        .max(100)
        .optional()
        .meta({ description: 'one action, or all of a noun', examples: ['session', 'fault.injected'] }),
      from: timeParam.optional(),
      to: timeParam.optional(),
      limit: limitSchema.max(1000).default(LIMIT_DEFAULT),
      cursor: z
        .string()
        .regex(/^[1-9]\d{0,15}$/)
        .transform(Number)
        .optional()
        .meta({ description: '`nextCursor` of the page before' }),
    })
    .refine(inOrder, IN_ORDER),
  answer: auditPage,
  errors: ['database/unavailable'],
});

export const AUDIT_ROUTES = [GET_AUDIT];
