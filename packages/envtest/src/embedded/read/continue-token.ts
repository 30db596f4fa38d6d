import { getOwn } from '@gitops-toolkit/core';

import { badRequest } from '../status-error.ts';

/** Where a paged list goes on: after a key, in the state of a revision. */
export interface ContinuePoint {
  readonly revision: number;
  /** The last key that was sent, below the prefix of the request. */
  readonly after: string;
}

/** The token as the real server makes it; clients pass it back unread. */
export function encodeContinue({ revision, after }: ContinuePoint): string {
  // Go's encoder escapes the zero byte that follows the key as JSON does.
  return Buffer.from(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `/${after}\u0000` }),
  ).toString('base64url');
}

/** @throws StatusError 400 */
export function decodeContinue(token: string): ContinuePoint {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest(
      `invalid continue token: continue key is not valid: invalid character ${quoted(text.charAt(0))} looking for beginning of value`,
    );
  }
  const revision = getOwn(value, 'rv');
  const start = getOwn(value, 'start');
  if (getOwn(value, 'v') !== 'meta.k8s.io/v1') {
    throw badRequest(
      'invalid continue token: continue key is not valid: server does not recognize this encoded version',
    );
  }
  if (typeof revision !== 'number' || typeof start !== 'string' || start === '') {
    throw badRequest('invalid continue token: continue key is not valid: encoded start resourceVersion is 0');
  }
  return { revision, after: start.replace(/^\//, '').replace(/\0$/, '') };
}

/** A character as Go quotes it. */
function quoted(character: string): string {
  const code = character.charCodeAt(0);
  const isPrintable = (code >= 0x20 && code < 0x7f) || (code > 0xa0 && code !== 0xad);
  return `'${isPrintable ? character : `\\u${code.toString(16).padStart(4, '0')}`}'`;
}
