import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether an `Authorization` header has the token, found out in a time that tells nothing of it. The empty token is nobody's.
 *
 * @param header as it came in
 */
export function hasToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  // Hashes are of one length, whatever was given.
  return timingSafeEqual(hashOf(given), hashOf(token)) && token !== '';
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
