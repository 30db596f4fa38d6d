import { type FileTree, MemoryTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { copyTree } from '@gitops-toolkit/core/node';
import { SourceError } from '../../errors.ts';
import { limitError } from '../list-tree.ts';
import { GITMODULES, noGitmodules, parseGitmodules, type SubmoduleEntry } from './gitmodules.ts';
import { submoduleUrl } from './submodule-url.ts';

/** A commit of another repository, at a path. */
export interface SubmoduleLink {
  readonly path: string;
  /** Of the commit. */
  readonly id: string;
}

/** A tree whose submodules are to be filled in. */
export interface TreeWithLinks {
  readonly tree: FileTree;
  readonly submodules: readonly SubmoduleLink[];
  readonly url: string;
  /** The content of `.gitmodules`, where the tree itself need not have the file. */
  readonly gitmodules?: Uint8Array;
}

/** How submodules are fetched. */
export interface SubmoduleOptions {
  /** Brings the tree of a commit, and the links in it. */
  readonly fetch: (url: string, id: string) => Promise<TreeWithLinks>;
  /** Bytes of all files together. */
  readonly maxTreeBytes: number;
  readonly signal?: AbortSignal;
}

/** As deep as go-git goes. */
const MAX_DEPTH = 10;
const MAX_SUBMODULES = 200;

/** A tree with its submodules filled in. */
export interface FilledTree {
  readonly tree: FileTree;
  /** Links that `.gitmodules` says nothing of: they stay empty, as in git. */
  readonly unknown: readonly string[];
}

/**
 * Fills in the submodules of a tree, and those in them.
 *
 * @throws `GIT_REPOSITORY_INVALID`, `GIT_URL_INVALID`, `GIT_LIMIT`, and what `fetch` throws.
 */
export async function fillSubmodules(whole: TreeWithLinks, options: SubmoduleOptions): Promise<FilledTree> {
  const builder = new MemoryTreeBuilder();
  const unknown: string[] = [];
  const count = { modules: 0, bytes: 0 };
  await addTree(builder, '', whole);
  return { tree: new MemoryTree(builder), unknown };

  async function addTree(
    into: MemoryTreeBuilder,
    at: string,
    found: TreeWithLinks,
    depth = 0,
  ): Promise<void> {
    count.bytes += found.tree.size;
    if (count.bytes > options.maxTreeBytes)
      throw limitError(`files of more than ${options.maxTreeBytes} bytes, with its submodules`);
    await copyTree(into, found.tree, { at, signal: options.signal });
    if (found.submodules.length === 0) return;
    if (depth >= MAX_DEPTH) throw limitError(`submodules in more than ${MAX_DEPTH} submodules`);
    const entries = entriesOf(found);
    for (const { path, id } of found.submodules) {
      const place = at === '' ? path : `${at}/${path}`;
      const entry = entries.get(path);
      if (!entry) {
        unknown.push(place);
        continue;
      }
      if (++count.modules > MAX_SUBMODULES) throw limitError(`more than ${MAX_SUBMODULES} submodules`);
      options.signal?.throwIfAborted();
      const url = submoduleUrl(found.url, entry.url);
      await addTree(into, place, await named(place, () => options.fetch(url, id)), depth + 1);
    }
  }
}

function entriesOf({ tree, gitmodules }: TreeWithLinks): Map<string, SubmoduleEntry> {
  const data = gitmodules ?? gitmodulesIn(tree);
  return new Map(data && parseGitmodules(data).map((entry) => [entry.path, entry]));
}

function gitmodulesIn(tree: FileTree): Uint8Array | undefined {
  const kind = [...tree.list('')].find(({ name }) => name === GITMODULES)?.kind;
  if (kind === undefined) return undefined;
  const data = kind === 'file' ? tree.read(GITMODULES) : undefined;
  if (!data) throw noGitmodules();
  return data;
}

/** A failure says which submodule it is of. */
async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    throw new SourceError(cause.code, `submodule ${JSON.stringify(path)}: ${cause.message}`, {
      cause,
      retry: cause.retry,
      ...(cause.hint !== undefined && { hint: cause.hint }),
      ...(cause.retryAfterMs !== undefined && { retryAfterMs: cause.retryAfterMs }),
    });
  }
}
