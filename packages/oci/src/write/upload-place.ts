import type { HttpResponse } from '@gitops-toolkit/core/http';
import { OciError } from '../errors.ts';
import type { RepositorySession } from '../repository-session.ts';

/** Bytes of an answer to a part of an upload. */
export const MAX_ANSWER_BYTES: number = 64 * 1024;
export const ACTION = 'pull,push' as const;

/** Where an upload goes on: it may be at another host, and the credentials stay with the registry. */
export function locationOf(session: RepositorySession, { headers }: HttpResponse): URL {
  const location = headers.location;
  if (location === undefined || !URL.canParse(location, session.resolve('/').href))
    throw new OciError('OCI_ANSWER_INVALID', `${session.registry} does not say where a blob is to be sent`);
  return session.resolve(location);
}

/** The place that an upload ends at. */
export function withDigest(place: URL, digest: string): URL {
  const url = new URL(place);
  url.searchParams.set('digest', digest);
  return url;
}
