/** What a canonical path has not: a slash at its beginning, a NUL, and parts that are empty, `.` or `..`. */
const UNUSUAL = /^\/|\0|(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * Makes a path relative to the root of a tree canonical: no `.`, `..`, doubled or trailing slash.
 *
 * @returns `undefined` where the path is absolute or climbs out of the root, or holds a NUL.
 */
export function normalizePath(path: string): string | undefined {
  if (!UNUSUAL.test(path)) return path;
  if (path.startsWith('/') || path.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** Joins a directory and a path relative to it, and normalises. `undefined` where that leaves the root. */
export function joinPath(directory: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined;
  return normalizePath(directory === '' ? path : `${directory}/${path}`);
}

/** The directory part of a normalised path: `''` for a name at the root. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last part of a normalised path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a path is a directory's own or lies below it; both normalised. */
export function isSameOrBelow(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}
