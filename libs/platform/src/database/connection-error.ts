/** Tells an absent, stopping or overloaded database from a statement that is wrong. */

const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** SQLSTATE: connection exceptions, too many connections, shutdown, starting up, out of disk space, read-only after failover. */
const SQL_STATES = /^(08...|53...|57P0[1235]|25006)$/;
/** pg's own errors have no code. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|cannot use a pool after calling end|connection ended/i;

export function isConnectionError(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const cause = (thrown as { driverError?: unknown }).driverError;
  if (cause !== undefined && cause !== thrown) return isConnectionError(cause);
  if (thrown instanceof AggregateError) return thrown.errors.some(isConnectionError);
  const { code } = thrown as { code?: unknown };
  if (typeof code === 'string') return SYSTEM_CODES.has(code) || SQL_STATES.test(code);
  return MESSAGES.test(thrown.message);
}
