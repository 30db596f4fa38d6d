import type { IncomingHttpHeaders } from 'node:http';

import type { Session } from '../admission/session.ts';
import type { UserInfo } from '../auth/user.ts';

/** A request whose body has been read and whose author is known. */
export interface ApiRequest {
  readonly method: string;
  /** The path, decoded segment by segment, without empty segments. */
  readonly segments: readonly string[];
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly user: UserInfo;
  /** `Warning` texts to send with the answer, added to while the request is handled. */
  readonly warnings: string[];
  /** See `Fault.staleBy`. */
  readonly staleBy?: number;
  /** What webhooks said so far, where there are any. */
  readonly session?: Session;
}

/** The path and query of a request's target. */
export function parseTarget(target: string): Pick<ApiRequest, 'path' | 'segments' | 'query'> {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  return { path, segments, query };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The name that a client writes fields under when it gives none: its User-Agent up to the slash. */
export function defaultManager(headers: IncomingHttpHeaders): string {
  const agent = headers['user-agent'] ?? 'unknown';
  return (agent.split('/', 1)[0] ?? agent).slice(0, 128) || 'unknown';
}
