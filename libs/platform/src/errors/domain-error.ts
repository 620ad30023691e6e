/** The one error that crosses doors: a stable code (ERROR_CODES), facts, and the cause. Filters turn it into each transport's form. */
import { ERROR_CODES, type ErrorCode } from '@observatory/contracts';

export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    readonly details: Record<string, unknown> & { message?: string } = {},
    options?: ErrorOptions,
  ) {
    super(details.message ?? ERROR_CODES[code][2], options);
  }

  /** What may be shown to whoever asked: never the cause. */
  toReply(): { code: ErrorCode; message: string; details?: Record<string, unknown> } {
    const { message: _, ...details } = this.details;
    return { code: this.code, message: this.message, ...(Object.keys(details).length > 0 ? { details } : {}) };
  }
}

/** Anything thrown, as a DomainError: what is not ours is a bug, and keeps its cause for the log. */
export function asDomainError(thrown: unknown): DomainError {
  return thrown instanceof DomainError ? thrown : new DomainError('internal/bug', {}, { cause: thrown });
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && code in ERROR_CODES;
}
