/** Tells an absent, stopping or overloaded database from a statement that is wrong. */

const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** SQLSTATE: connection exceptions, too many connections, shutdown, starting up, out of disk space, read-only after failover. */
const SQL_STATES = /^(08...|53...|57P0[1235]|25006)$/;
/** pg's own errors have no code. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|cannot use a pool after calling end|connection ended/i;

export function isConnectionError(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return false;
  const { code, driverError, errors, message } = thrown as { code?: unknown; driverError?: unknown; errors?: unknown; message: unknown };
  if (driverError !== undefined && driverError !== thrown) return isConnectionError(driverError);
  // An AggregateError has one error for each address that was tried.
  if (Array.isArray(errors) && errors.some(isConnectionError)) return true;
  if (typeof code === 'string') return SYSTEM_CODES.has(code) || SQL_STATES.test(code);
  return MESSAGES.test(String(message));
}
