import { SourceError } from '../../errors.ts';
import { fetchCommit } from '../fetch-commit.ts';
import type { TreeFile } from '../list-tree.ts';
import type { GitObject, ObjectFormat, ObjectStore } from '../object-format.ts';
import type { PackAllowance } from '../pack/pack-allowance.ts';
import type { GitRemote } from '../remote/git-remote.ts';

/** Contents asked for in one request: some 100 kB of ids. */
const MAX_WANTS = 2000;

/** Where the objects of one commit come from. */
export interface PartialStoreOptions {
  readonly remote: GitRemote;
  /** The commit, or the tag that names it. */
  readonly id: string;
  /** Counts all requests together. */
  readonly allowance: PackAllowance;
  readonly signal?: AbortSignal | undefined;
}

/** The objects of one commit: commit and folders at first, contents when they are asked for. */
export class PartialStore implements ObjectStore {
  readonly format: ObjectFormat;
  readonly #options: PartialStoreOptions;
  readonly #stores: ObjectStore[];

  private constructor(first: ObjectStore, options: PartialStoreOptions) {
    this.format = first.format;
    this.#stores = [first];
    this.#options = options;
  }

  /** Fetches commit and folders; everything, from a server that can do no less. */
  static async fetch(options: PartialStoreOptions): Promise<PartialStore> {
    const { remote, id, allowance, signal } = options;
    const request = { wants: [id], depth: 1, filter: 'blob:none', allowance } as const;
    const first = await remote.fetchObjects(request, signal).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return fetchCommit(remote, id, options);
    });
    return new PartialStore(first, options);
  }

  get(id: string): GitObject | undefined {
    for (const store of this.#stores) {
      const object = store.get(id);
      if (object) return object;
    }
    return undefined;
  }

  /**
   * Has contents fetched that are not there yet; all of the commit, from a server that does not give single ones. What
   * the server leaves out is missing afterwards.
   */
  async bring(files: readonly TreeFile[]): Promise<void> {
    const { remote, id, allowance, signal } = this.#options;
    const ids = new Set(files.filter(({ kind }) => kind !== 'submodule').map((file) => file.id));
    const missing = [...ids].filter((wanted) => !this.get(wanted));
    try {
      for (let at = 0; at < missing.length; at += MAX_WANTS) {
        const wants = missing.slice(at, at + MAX_WANTS);
        this.#stores.push(await remote.fetchObjects({ wants, allowance }, signal));
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

/** Servers word it in many ways; one that refuses the whole too says so again. */
function isRefusal(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'GIT_REMOTE_ERROR';
}
