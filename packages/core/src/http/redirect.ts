import { HttpError } from './errors.ts';

/**
 * Where an answer redirects to; `undefined` where it does not.
 *
 * @throws `HTTP_REDIRECT_REFUSED` for an address that cannot be read, that carries credentials, or that leads
 * from `https` to anything else.
 */
export function redirectTarget(from: URL, status: number, location: string | undefined): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  // Parsers disagree on a backslash: a host could hide behind it.
  if (location.includes('\\') || !URL.canParse(location, from.href))
    throw refused(from, 'has an address that cannot be read');
  const target = new URL(location, from);
  const isAllowed =
    target.protocol === 'https:' || (target.protocol === 'http:' && from.protocol === 'http:');
  if (!isAllowed) throw refused(target, `leads from ${from.protocol} to ${target.protocol}`);
  if (target.username !== '' || target.password !== '') throw refused(target, 'carries credentials');
  return target;
}

/** The error for a redirect to `url`, in the words of a reason. */
export function refused(url: URL, words: string): HttpError {
  return new HttpError('HTTP_REDIRECT_REFUSED', `the redirect to ${url.host} ${words}`, {
    hint: 'Use the address that the content has now.',
  });
}
