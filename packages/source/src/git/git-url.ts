import { SourceError } from '../errors.ts';
import { MAX_URL_LENGTH } from '../url-length.ts';
import type { SshAddress } from './ssh/ssh-access.ts';

/** Where a repository is. */
export type GitLocation =
  | {
      readonly kind: 'http';
      /** Without userinfo, and without a slash at the end. */
      readonly url: URL;
      /** What the URL carried before its host. */
      readonly userinfo?: { readonly username: string; readonly password: string };
    }
  | { readonly kind: 'ssh'; readonly address: SshAddress }
  | { readonly kind: 'local'; readonly path: string };

/**
 * Takes the URL of a repository apart: `https://`, `http://`, `ssh://`, and, where the caller allows it,
 * `file://` and paths on this machine.
 *
 * @throws `GIT_URL_INVALID` for everything else: other transports, options in place of a URL, control characters.
 */
export function parseGitUrl(text: string, options: { readonly allowLocal?: boolean } = {}): GitLocation {
  if (text.length > MAX_URL_LENGTH) throw invalid(text, `has more than ${MAX_URL_LENGTH} characters`);
  // What git would take for an option, or for the name of a helper program, never gets further.
  if (text === '' || text.startsWith('-') || /\p{Cc}/u.test(text) || /^[A-Za-z0-9+.-]*::/.test(text)) {
    throw invalid(text, 'is not the URL of a repository');
  }
  if (/^https?:\/\//i.test(text)) return parseHttpUrl(text);
  if (/^ssh:\/\//i.test(text)) return { kind: 'ssh', address: parseSshUrl(text) };
  const isFileUrl = /^file:\/\//i.test(text);
  const isPath = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/])/.test(text);
  if (!isFileUrl && !isPath)
    throw invalid(text, 'has a transport that is not supported', 'Use https:// or ssh://.');
  if (!options.allowLocal) {
    throw invalid(
      text,
      'is on this machine, which is not allowed here',
      'Set allowLocal to read local repositories.',
    );
  }
  return { kind: 'local', path: isFileUrl ? pathOf(text) : text };
}

/** The URL for logs and errors: without userinfo. */
export function displayUrl(text: string): string {
  return text.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/@]*@/, '$1');
}

function parseHttpUrl(text: string): GitLocation {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(text, 'cannot be read');
  }
  const userinfo = { username: decode(url.username), password: decode(url.password) };
  url.username = '';
  url.password = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  const hasUserinfo = userinfo.username !== '' || userinfo.password !== '';
  return { kind: 'http', url, ...(hasUserinfo ? { userinfo } : {}) };
}

/** What could be taken for an option of a program is no host and no user. */
const SSH_HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$/;
const SSH_USER = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

function parseSshUrl(text: string): SshAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(text, 'cannot be read');
  }
  const [host, user, path] = [url.hostname, decode(url.username) || 'git', decode(url.pathname)];
  if (!SSH_HOST.test(host)) throw invalid(text, 'names no host that can be dialled');
  if (!SSH_USER.test(user)) throw invalid(text, 'has a user that cannot be one');
  if (url.password !== '') throw invalid(text, 'carries a password', 'Log in with a key.');
  if (/^\/*$/.test(path) || /\p{Cc}/u.test(path)) throw invalid(text, 'has no path of a repository');
  return {
    host: host.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? 22 : Number(url.port),
    user,
    // A path in a home directory is written with a slash before it, and asked for without.
    path: path.startsWith('/~') ? path.slice(1) : path,
  };
}

function pathOf(text: string): string {
  try {
    const url = new URL(text);
    if (url.hostname !== '' && url.hostname !== 'localhost') throw invalid(text, 'names another machine');
    const path = decodeURIComponent(url.pathname);
    return /^\/[A-Za-z]:\//.test(path) && process.platform === 'win32' ? path.slice(1) : path;
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw invalid(text, 'cannot be read');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(text: string, words: string, hint?: string): SourceError {
  const shown = JSON.stringify(displayUrl(text).slice(0, 200));
  return new SourceError('GIT_URL_INVALID', `the URL ${shown} ${words}`, hint === undefined ? {} : { hint });
}
