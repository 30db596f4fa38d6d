interface UrlParts {
  readonly scheme: string;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** RFC 3986, appendix B. */
const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s;

/**
 * Where a chart is whose place is told relative to the repository, as Helm resolves it: the repository is a folder, and
 * what is asked of it (a token, say) is asked for the chart, too.
 *
 * @example
 * ```ts
 * import { resolveChartUrl } from '@gitops-toolkit/helm/repository';
 * console.log(resolveChartUrl('https://charts.example.com/stable?token=x', 'web-1.0.0.tgz'));
 * // https://charts.example.com/stable/web-1.0.0.tgz?token=x
 * ```
 */
export function resolveChartUrl(repository: string, url: string): string {
  const reference = partsOf(url);
  if (reference.scheme !== '') return url;
  const base = partsOf(repository);
  const folder = `${base.path.replace(/\/$/, '')}/`;
  const authority = reference.authority ?? base.authority;
  const isAbsolute = reference.authority !== undefined || reference.path.startsWith('/');
  const path = removeDots(isAbsolute ? reference.path : folder + reference.path);
  return `${base.scheme}${authority === undefined ? '' : `//${authority}`}${path}${base.query}${reference.fragment}`;
}

/** The address of the index of a repository. */
export function indexUrl(repository: string): string {
  return resolveChartUrl(repository, 'index.yaml');
}

/** The last part of a URL's path: the name of a package. */
export function fileNameOf(url: string): string {
  const path = decoded(partsOf(url).path);
  return path.slice(path.lastIndexOf('/') + 1);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether two addresses are of the same repository: slashes at the end, doubled ones and dots do not count. */
export function isSameRepository(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(url: string): string {
  const { scheme, authority = '', path, query } = partsOf(url);
  const clean = removeDots(`/${path}`.replace(/\/{2,}/g, '/')).replace(/\/$/, '');
  return `${scheme.toLowerCase()}//${authority}${clean}${query}`;
}

function partsOf(url: string): UrlParts {
  const [, scheme = '', authority, path = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  return { scheme, authority, path, query, fragment };
}

/** RFC 3986, section 5.2.4. */
function removeDots(path: string): string {
  const kept: string[] = [];
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === '..') {
      if (kept.length > 1) kept.pop();
    } else if (part !== '.') {
      kept.push(part);
      continue;
    }
    if (isLast) kept.push('');
  }
  return kept.join('/');
}
