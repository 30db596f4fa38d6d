import { MemoryTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { SourceError } from '../errors.ts';
import type { GitLimits } from './limits.ts';
import type { GitObject, ObjectStore, ObjectType } from './object-format.ts';
import { createBreather } from '@gitops-toolkit/core/node';
import { type GitTreeEntry, parseTree } from './tree-entry.ts';

/** The files of a commit. */
export interface BuiltTree {
  readonly tree: MemoryTree;
  readonly symlinks: readonly string[];
  /** Paths of submodules, whose content is in other repositories. */
  readonly submodules: readonly string[];
}

/**
 * Makes a tree in memory of a tree object and all that it names. Contents are shared with the
 * store, not copied.
 *
 * @throws `GIT_OBJECT_MISMATCH` where an object is missing or of another kind than its name says;
 * `GIT_TREE_UNSAFE`; `GIT_LIMIT`.
 */
export async function buildTree(
  store: ObjectStore,
  rootId: string,
  options: { readonly limits: Required<GitLimits>; readonly signal?: AbortSignal },
): Promise<BuiltTree> {
  const builder = new TreeBuilder(store, options.limits);
  const breathe = createBreather(options.signal);
  const waiting: Folder[] = [{ id: rootId, path: '', depth: 0 }];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const entry of builder.entriesOf(folder)) {
      const found = builder.add(folder, entry);
      if (found) waiting.push(found);
      await breathe();
    }
  }
  return builder.result();
}

interface Folder {
  readonly id: string;
  readonly path: string;
  readonly depth: number;
}

class TreeBuilder {
  readonly #store: ObjectStore;
  readonly #limits: Required<GitLimits>;
  readonly #files = new MemoryTreeBuilder();
  readonly #symlinks: string[] = [];
  readonly #submodules: string[] = [];
  #entries = 0;
  #bytes = 0;

  constructor(store: ObjectStore, limits: Required<GitLimits>) {
    this.#store = store;
    this.#limits = limits;
  }

  entriesOf({ id, path, depth }: Folder): GitTreeEntry[] {
    if (depth > this.#limits.maxTreeDepth)
      throw limit(`folders in more than ${this.#limits.maxTreeDepth} folders`);
    return parseTree(this.#object(id, 'tree', path).data, this.#store.format, path);
  }

  /** Takes an entry in; gives a folder back, to be looked into. */
  add(folder: Folder, entry: GitTreeEntry): Folder | undefined {
    // Folders count too: empty ones could otherwise be named without end.
    if (++this.#entries > this.#limits.maxFiles) throw limit(`more than ${this.#limits.maxFiles} files`);
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    if (entry.kind === 'directory') return { id: entry.id, path, depth: folder.depth + 1 };
    if (entry.kind === 'submodule') {
      this.#submodules.push(path);
      return undefined;
    }
    const { data } = this.#object(entry.id, 'blob', path);
    this.#bytes += data.length;
    if (this.#bytes > this.#limits.maxTreeBytes)
      throw limit(`files of more than ${this.#limits.maxTreeBytes} bytes`);
    if (entry.kind === 'symlink') {
      this.#symlinks.push(path);
      this.#files.add(path, { symlink: Buffer.from(data).toString('utf8') });
    } else {
      this.#files.add(path, { data, mode: entry.kind === 'executable' ? 0o755 : 0o644 });
    }
    return undefined;
  }

  result(): BuiltTree {
    return {
      tree: new MemoryTree(this.#files),
      symlinks: this.#symlinks.toSorted(),
      submodules: this.#submodules.toSorted(),
    };
  }

  #object(id: string, type: ObjectType, path: string): GitObject {
    const object = this.#store.get(id);
    if (object?.type === type) return object;
    const what = object
      ? `is a ${object.type}, not a ${type}`
      : 'did not come, or has another content than its id says';
    throw new SourceError('GIT_OBJECT_MISMATCH', `the object ${id} at ${JSON.stringify(path)} ${what}`, {
      retry: 'backoff',
      hint: 'The repository, or the way to it, is damaged.',
    });
  }
}

function limit(words: string): SourceError {
  return new SourceError('GIT_LIMIT', `the repository has ${words}`);
}
