import { isRecord } from '@gitops-toolkit/core';
import { SourceError } from '../../errors.ts';
import type { LfsPointer } from './pointer.ts';

/** Where an object is, and what has to be sent to get it. */
export interface LfsDownload extends LfsPointer {
  readonly url: URL;
  /** Names in lower case. They are for the origin of `url` alone. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL needs no credentials but these headers. */
  readonly isAuthenticated: boolean;
}

/** What an exchange sets by itself. */
const OWN_HEADERS = /^(?:host|connection|content-length|transfer-encoding|te|upgrade|expect|proxy-.*)$/;

/**
 * Reads the answer of the batch API: for each object where it is.
 *
 * @param mask Takes secrets out of the server's words.
 * @throws `GIT_LFS_FAILED` where an object is not to be had, or the answer is none.
 */
export function parseBatch(
  text: string,
  objects: readonly LfsPointer[],
  endpoint: URL,
  mask: (text: string) => string,
): LfsDownload[] {
  const answer = parseJson(text);
  if (!isRecord(answer) || !Array.isArray(answer['objects'])) throw invalid('is not that of Git LFS');
  if (answer['transfer'] !== undefined && answer['transfer'] !== 'basic')
    throw invalid('asks for another transfer than "basic"');
  const found = new Map<unknown, Record<string, unknown>>();
  for (const object of answer['objects'].filter(isRecord)) found.set(object['oid'], object);
  return objects.map((pointer) => {
    const object = found.get(pointer.oid);
    const error = object?.['error'];
    if (isRecord(error)) throw refused(pointer, error, mask);
    const actions = object?.['actions'];
    const action = isRecord(actions) ? actions['download'] : undefined;
    if (!isRecord(action)) throw invalid(`does not say where ${pointer.oid} is`);
    return {
      ...pointer,
      url: urlOf(action['href'], endpoint),
      headers: headersOf(action['header']),
      isAuthenticated: object?.['authenticated'] === true,
    };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the repository came over TLS, so does all that it leads to: signed headers are secrets. */
function urlOf(href: unknown, endpoint: URL): URL {
  if (typeof href !== 'string' || !URL.canParse(href, endpoint.href)) throw invalid('has no URL');
  const url = new URL(href, endpoint);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && endpoint.protocol === 'http:');
  if (!isAllowed) throw invalid(`leads from ${endpoint.protocol} to ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw invalid('has a URL with credentials in it');
  return url;
}

function headersOf(header: unknown): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(isRecord(header) ? header : {})) {
    const isHeader =
      /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === 'string' && !/\p{Cc}/u.test(value);
    if (!isHeader) throw invalid(`has a header ${JSON.stringify(name.slice(0, 100))} that is none`);
    if (!OWN_HEADERS.test(name.toLowerCase())) headers.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(headers);
}

function refused(
  { oid }: LfsPointer,
  { code, message }: Record<string, unknown>,
  mask: (text: string) => string,
): SourceError {
  const words = typeof message === 'string' ? message.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, 300) : '';
  return new SourceError(
    'GIT_LFS_FAILED',
    `the server does not give the large file ${oid}: ${typeof code === 'number' ? `${code} ` : ''}${mask(words)}`,
    { retry: 'backoff', ...(code === 404 && { hint: 'Push it: git lfs push --all.' }) },
  );
}

function invalid(words: string): SourceError {
  return new SourceError('GIT_LFS_FAILED', `the answer of the server of large files ${words}`, {
    retry: 'backoff',
  });
}
