/**
 * What stands under the title of a problem: why, and what one can do. The service's own sentence first.
 * Invariant: who may not do something is told which role is needed, and which one he has.
 */
import type { SignedIn } from '@observatory/contracts';
import { ApiProblem } from './api.js';

/** The one role that there is so far, and so what every refused request needs. */
const NEEDED_ROLE: SignedIn['role'] = 'admin';

export function problemDetail(error: ApiProblem, me?: Pick<SignedIn, 'name'> & { role: string }): string | undefined {
  if (error.status === 0)
    return 'The gateway cannot be reached. What is on the screen is the last that was read; this view comes back by itself.';
  if (error.code !== 'auth/forbidden' || error.detail !== undefined || me?.role === NEEDED_ROLE) return error.detail;
  const who = me === undefined ? '' : ` You are signed in as ${me.name}, with the role ${me.role}.`;
  return `It needs the role ${NEEDED_ROLE}.${who} Somebody who has it can do it, or give it to you.`;
}

/** The same in one line, for a form or a button: `Your role does not allow this. It needs the role admin. …` */
export function problemLine(error: Error, me?: Pick<SignedIn, 'name'> & { role: string }): string {
  if (!(error instanceof ApiProblem)) return error.message;
  const detail = problemDetail(error, me);
  if (error.status !== 403) return error.status === 0 ? error.title : (detail ?? error.title);
  return detail === undefined ? error.title : `${error.title}. ${detail}`;
}
