import { SourceError } from '../../errors.ts';
import { displayUrl, parseGitUrl } from '../git-url.ts';

/** `git@host:path`, as only git writes URLs. */
const SCP_LIKE =
  /^(?:([A-Za-z0-9_][\w.+-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?![\\/]{2})(?!\d+\/)([^\s:][^\s]*)$/;

/**
 * The URL of a submodule: absolute, or relative to that of its parent, on whose host it then stays.
 *
 * @throws `GIT_URL_INVALID`
 */
export function submoduleUrl(parent: string, url: string): string {
  const absolute = isRelative(url) ? resolveRelative(parent, url) : fromScp(url);
  // Local repositories are for who names them, not for what a repository names.
  parseGitUrl(absolute);
  return absolute;
}

/** Whether what belongs to the parent, credentials for example, may be shown to the submodule's server. */
export function isSameServer(a: string, b: string): boolean {
  if (!URL.canParse(a) || !URL.canParse(b)) return false;
  const [first, second] = [new URL(a), new URL(b)];
  return (
    first.protocol === second.protocol && first.host === second.host && first.username === second.username
  );
}

function isRelative(url: string): boolean {
  return /^\.\.?(?:\/|$)/.test(url);
}

function resolveRelative(parent: string, url: string): string {
  const base = URL.canParse(parent) ? new URL(parent) : undefined;
  const segments = (base?.pathname ?? '').split('/').filter((part) => part !== '');
  for (const part of url.split('/')) {
    if (part === '.' || part === '') continue;
    if (part !== '..') segments.push(part);
    else if (segments.pop() === undefined) throw outside(url);
  }
  if (!base || segments.length === 0) throw outside(url);
  const login =
    base.username === '' ? '' : `${base.username}${base.password === '' ? '' : `:${base.password}`}@`;
  return `${base.protocol}//${login}${base.host}/${segments.join('/')}`;
}

function fromScp(url: string): string {
  const [, user = 'git', host, path] = SCP_LIKE.exec(url) ?? [];
  if (host === undefined || path === undefined || /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url)) return url;
  return `ssh://${user}@${host}/${path.replace(/^\/+/, '')}`;
}

function outside(url: string): SourceError {
  return new SourceError(
    'GIT_URL_INVALID',
    `the URL ${JSON.stringify(displayUrl(url).slice(0, 200))} of a submodule leads out of the server of its parent`,
    { hint: 'Write the URL in full.' },
  );
}
