import { SourceError } from '../../errors.ts';
import { fetchCommit } from '../fetch-commit.ts';
import type { TreeFile } from '../list-tree.ts';
import type { GitObject, ObjectFormat, ObjectStore } from '../object-format.ts';
import type { PackAllowance } from '../pack/pack-allowance.ts';
import type { GitRemote, ObjectFilter } from '../remote/git-remote.ts';
import { type GitPaths, hasIgnoreRules } from './git-paths.ts';
import { WantedPaths } from './wanted-paths.ts';

/** Objects asked for in one request: some 100 kB of ids. */
const MAX_WANTS = 2000;

/**
 * Folders that lead to others are asked for so many levels at a time: each request takes a while, and of each level all
 * folders come. Most wanted folders are found by the first.
 */
const LEVELS_AT_ONCE = 3;

/** Leaves contents out, and folders but for so many levels. @param levels @default as many as are asked for at a time */
export function fewFolders(levels: number = LEVELS_AT_ONCE): ObjectFilter {
  return `combine:blob:none+tree:${Math.min(levels, LEVELS_AT_ONCE)}`;
}

/** Where the objects of one commit come from. */
export interface PartialStoreOptions {
  readonly remote: GitRemote;
  /** The commit, or the tag that names it. */
  readonly id: string;
  readonly paths: GitPaths;
  /** The filters that the server has refused before; what else it refuses is added. */
  readonly refused: Set<string>;
  /** Counts all requests together. */
  readonly allowance: PackAllowance;
  readonly signal?: AbortSignal | undefined;
}

/** The objects of one commit: what a filter leaves at first, the others when they are asked for. */
export class PartialStore implements ObjectStore {
  readonly format: ObjectFormat;
  readonly paths: GitPaths;
  /** `undefined` for the whole repository. */
  readonly wanted: WantedPaths | undefined;
  readonly #options: PartialStoreOptions;
  readonly #stores: ObjectStore[];

  private constructor(first: ObjectStore, wanted: WantedPaths | undefined, options: PartialStoreOptions) {
    this.format = first.format;
    this.paths = options.paths;
    this.wanted = wanted;
    this.#stores = [first];
    this.#options = options;
  }

  /** Fetches the commit with what the filter leaves; everything, from a server that can do no less. */
  static async fetch(options: PartialStoreOptions): Promise<PartialStore> {
    const wanted = WantedPaths.of(options.paths);
    const refusals: string[] = [];
    const first = await fetchFirst(options, filtersFor(options.paths, wanted), refusals);
    // What another request has given can have been refused for nothing but its filter.
    for (const name of refusals) options.refused.add(name);
    return new PartialStore(first, wanted, options);
  }

  get(id: string): GitObject | undefined {
    for (const store of this.#stores) {
      const object = store.get(id);
      if (object) return object;
    }
    return undefined;
  }

  /** Has contents fetched that are not there yet. What the server leaves out is missing afterwards. */
  async bring(files: readonly TreeFile[]): Promise<void> {
    const ids = new Set(files.filter(({ kind }) => kind !== 'submodule').map((file) => file.id));
    await this.bringObjects([...ids].filter((wanted) => !this.get(wanted)));
  }

  /** Has objects fetched with what they name; all of the commit, from a server that does not give single ones. */
  async bringObjects(ids: readonly string[], filter?: ObjectFilter): Promise<void> {
    const { remote, id, allowance, signal } = this.#options;
    const filtered = filter === undefined ? {} : { filter };
    try {
      for (let at = 0; at < ids.length; at += MAX_WANTS) {
        const wants = ids.slice(at, at + MAX_WANTS);
        this.#stores.push(await remote.fetchObjects({ wants, ...filtered, allowance }, signal));
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#stores.push(await fetchCommit(remote, id, { allowance, signal }));
    }
  }

  close(): void {
    for (const store of this.#stores) store.close?.();
  }
}

/** @param refusals Gets the names of the filters that the server refuses. */
async function fetchFirst(
  options: PartialStoreOptions,
  filters: ReadonlyMap<string, ObjectFilter>,
  refusals: string[],
): Promise<ObjectStore> {
  const { remote, id, refused, allowance, signal } = options;
  for (const [name, filter] of filters) {
    if (refused.has(name)) continue;
    try {
      return await remote.fetchObjects({ wants: [id], depth: 1, filter, allowance }, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push(name);
    }
  }
  return fetchCommit(remote, id, options);
}

/** What to ask for at first, the least first, by the names under which refusals are remembered. */
function filtersFor(paths: GitPaths, wanted: WantedPaths | undefined): Map<string, ObjectFilter> {
  const filters = new Map<string, ObjectFilter>();
  if (wanted) filters.set('folders', fewFolders(wanted.levels));
  if (wanted || hasIgnoreRules(paths)) filters.set('contents', 'blob:none');
  return filters;
}

/** Servers word it in many ways; one that refuses the whole too says so again. */
function isRefusal(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'GIT_REMOTE_ERROR';
}
