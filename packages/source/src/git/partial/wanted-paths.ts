import { directoryOf, normalizePath } from '@gitops-toolkit/core';
import type { GitPaths } from './git-paths.ts';

/** The paths of which all is wanted, in one spelling; those that lead out of the repository are none. */
export class WantedPaths {
  readonly #paths: ReadonlySet<string>;
  /** The folders on the way to them. */
  readonly #above = new Set<string>(['']);

  private constructor(paths: ReadonlySet<string>) {
    this.#paths = paths;
    for (const path of paths)
      for (let above = directoryOf(path); above !== ''; above = directoryOf(above)) this.#above.add(above);
  }

  /** @returns `undefined` where the whole repository is wanted. */
  static of({ directories = [], optionalPaths = [] }: GitPaths): WantedPaths | undefined {
    const named = [...directories, ...optionalPaths];
    const paths = new Set(named.map((path) => normalizePath(path)).filter((path) => path !== undefined));
    return named.length === 0 || paths.has('') ? undefined : new WantedPaths(paths);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#paths.values();
  }

  /** How many levels of folders are needed to find them: one for what is at the root. */
  get levels(): number {
    return Math.max(1, ...[...this.#paths].map((path) => path.split('/').length));
  }

  /** Whether a path is wanted, or lies below one that is. */
  includes(path: string): boolean {
    for (let at = path; at !== ''; at = directoryOf(at)) if (this.#paths.has(at)) return true;
    return false;
  }

  /** Whether a folder has anything in it that is wanted. */
  leadsTo(folder: string): boolean {
    return this.#above.has(folder) || this.includes(folder);
  }
}
