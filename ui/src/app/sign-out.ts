import { apiCommand } from '../lib/api.js';

/** Ends the session and starts from an empty page: nothing of what was read stays in memory. */
export function signOut(): void {
  void apiCommand('/auth/logout', { method: 'POST' }).finally(() => location.assign('/'));
}
