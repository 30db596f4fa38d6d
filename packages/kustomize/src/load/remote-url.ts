import { parseDuration } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';

/** A remote base, as kustomize reads its URL. */
export interface RemoteUrl {
  /** What `git fetch` is given: {@link host} and {@link repoPath} joined. */
  readonly cloneSpec: string;
  /** Scheme, user and host, up to and with the separator: `https://github.com/`, `git@github.com:`. */
  readonly host: string;
  readonly repoPath: string;
  /** The directory of the kustomization in the repository. */
  readonly kustRootPath: string;
  /** Branch, tag or commit; blank for the default branch. */
  readonly ref: string;
  readonly submodules: boolean;
  readonly timeoutMs: number;
}

const SCHEMES = ['ssh://', 'https://', 'http://', 'file://'];
const DEFAULT_TIMEOUT_MS = 27_000;

/** Whether a path is a URL that is fetched with one GET. */
export function isWebUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/**
 * Reads the URL of a git repository as kustomize does: `https://host/owner/name//directory?ref=v1`,
 * `git@host:owner/name.git/directory`, `github.com/owner/name`.
 *
 * @throws KustomizeError KUSTOMIZE_REMOTE_URL when it is none.
 *
 * @example
 * ```ts
 * import { parseRemoteUrl } from '@gitops-toolkit/kustomize';
 * parseRemoteUrl('github.com/fluxcd/flux2//manifests/install?ref=v2.3.0').kustRootPath; // 'manifests/install'
 * ```
 */
export function parseRemoteUrl(url: string): RemoteUrl {
  if (url.startsWith('/')) throw remoteUrlError(`uri looks like abs path: ${url}`);
  const [address, query] = cut(url, '?');
  const { host, rest } = splitHost(address);
  const { repoPath, kustRootPath } = splitRepository(rest, host.startsWith('file://'));
  return { cloneSpec: host + repoPath, host, repoPath, kustRootPath, ...readQuery(query) };
}

/** As {@link parseRemoteUrl}, with `undefined` for what is no URL. */
export function tryParseRemoteUrl(url: string): RemoteUrl | undefined {
  try {
    return parseRemoteUrl(url);
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

function remoteUrlError(message: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_REMOTE_URL', message);
}

function cut(text: string, separator: string): [string, string] {
  const i = text.indexOf(separator);
  return i < 0 ? [text, ''] : [text.slice(0, i), text.slice(i + separator.length)];
}

function splitHost(address: string): { host: string; rest: string } {
  let rest = address.replace(/^git::/i, '');
  const scheme = SCHEMES.find((prefix) => rest.toLowerCase().startsWith(prefix)) ?? '';
  rest = rest.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(rest)?.[0] ?? '';
  rest = rest.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(rest);
  const isScpStyle = scheme === '' && (user !== '' || isGithub);
  if (scheme === '' && !isScpStyle) throw remoteUrlError('failed to parse scheme');
  if (scheme === 'file://') return { host: scheme, rest: user + rest };
  const end = hostEnd(rest, isScpStyle);
  const hostName = end < 0 ? rest : rest.slice(0, end + 1);
  const path = end < 0 ? '' : rest.slice(end + 1);
  if (isGithub) return { host: githubHost(scheme, user), rest: path };
  if (hostName === '') throw remoteUrlError('failed to parse host segment');
  return { host: scheme + user + hostName, rest: path };
}

function hostEnd(rest: string, isScpStyle: boolean): number {
  const slash = rest.indexOf('/');
  if (!isScpStyle) return slash;
  const colon = rest.indexOf(':');
  return slash < 0 || (colon > 0 && colon < slash) ? colon : slash;
}

function githubHost(scheme: string, user: string): string {
  return scheme === 'ssh://' || user !== '' ? `${user}github.com:` : 'https://github.com/';
}

function splitRepository(path: string, isFile: boolean): { repoPath: string; kustRootPath: string } {
  const [repoPath, rootPath] = splitAtMarker(path) ?? splitAfterOwnerAndName(path, isFile);
  if (repoPath === '') throw remoteUrlError('failed to parse repo path segment');
  if (leavesRepository(rootPath)) throw remoteUrlError(`url path exits repo: ${path}`);
  return { repoPath, kustRootPath: rootPath.replace(/^\//, '') };
}

/** Azure's `_git/name`, an explicit `//`, or the suffix `.git` end a repository's path. */
function splitAtMarker(path: string): [string, string] | undefined {
  const azure = path.indexOf('_git/');
  if (azure >= 0) {
    const [name, rest] = cut(path.slice(azure + 5), '/');
    return [path.slice(0, azure + 5) + name, rest];
  }
  if (path.includes('//')) return cut(path, '//');
  const suffix = path.indexOf('.git');
  return suffix < 0 ? undefined : [path.slice(0, suffix + 4), path.slice(suffix + 4)];
}

function splitAfterOwnerAndName(path: string, isFile: boolean): [string, string] {
  if (isFile) return [path, ''];
  const segments = path.split('/');
  if (segments.length < 2) return ['', ''];
  return [segments.slice(0, 2).join('/'), segments.slice(2).join('/')];
}

function leavesRepository(rootPath: string): boolean {
  let depth = 0;
  for (const part of rootPath.replace(/^\//, '').split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

function readQuery(query: string): Pick<RemoteUrl, 'ref' | 'timeoutMs' | 'submodules'> {
  // Go gives up on the whole query where it meets a semicolon or a bad escape.
  if (/;|%(?![0-9a-fA-F]{2})/.test(query))
    return { ref: '', timeoutMs: DEFAULT_TIMEOUT_MS, submodules: true };
  const values = new URLSearchParams(query);
  return {
    ref: values.get('ref') || values.get('version') || '',
    timeoutMs: readTimeout(values.get('timeout') ?? ''),
    submodules: readBoolean(values.get('submodules') ?? '') ?? true,
  };
}

function readTimeout(text: string): number {
  if (/^[+-]?\d+$/.test(text)) {
    const seconds = Number(text);
    return seconds > 0 ? seconds * 1000 : DEFAULT_TIMEOUT_MS;
  }
  try {
    const ms = parseDuration(text);
    return ms > 0 ? ms : DEFAULT_TIMEOUT_MS;
  } catch {
    // kustomize takes what it cannot read for nothing.
    return DEFAULT_TIMEOUT_MS;
  }
}

function readBoolean(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return undefined;
}
