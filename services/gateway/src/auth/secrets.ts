/** Comparing and keeping secrets: only their hashes are stored, and comparing takes the same time whatever is wrong. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** False where there is nothing to compare with. */
export function sameSecret(given: string | undefined, expected: string | undefined): boolean {
  if (!given || !expected) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
