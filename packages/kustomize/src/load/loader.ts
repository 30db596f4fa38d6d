import {
  baseName,
  directoryOf,
  type FileTree,
  isSameOrBelow,
  joinPath,
  normalizePath,
} from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import type { BuildContext } from './build-context.ts';
import { isWebUrl, type RemoteUrl, tryParseRemoteUrl } from './remote-url.ts';

/** A file that a kustomization names. */
export interface LoadedFile {
  readonly bytes: Uint8Array;
  /** What errors call it: the path from the root of the tree, or the URL. */
  readonly name: string;
  /** From the root of its tree. */
  readonly path: string;
  /** As it stands in the kustomization. */
  readonly writtenPath: string;
}

interface Repository {
  readonly url: string;
  readonly spec: RemoteUrl;
}

const decoder = new TextDecoder('utf-8');

/** The text of a file; bytes that are not UTF-8 become replacement characters. */
export function textOf(file: LoadedFile): string {
  return decoder.decode(file.bytes);
}

/** Reads what the kustomization of one directory names, and nothing that it must not. */
export class Loader {
  readonly context: BuildContext;
  readonly tree: FileTree;
  /** The directory, from the root of the tree, symlinks resolved. */
  readonly root: string;
  readonly #parent: Loader | undefined;
  readonly #repository: Repository | undefined;

  private constructor(
    context: BuildContext,
    tree: FileTree,
    root: string,
    parent?: Loader,
    repository: Repository | undefined = parent?.repository,
  ) {
    this.context = context;
    this.tree = tree;
    this.root = root;
    this.#parent = parent;
    this.#repository = repository;
  }

  /** @throws KustomizeError KUSTOMIZE_NOT_FOUND when there is no such directory. */
  static atDirectory(context: BuildContext, tree: FileTree, path: string): Loader {
    const normalized = normalizePath(path);
    const root = normalized === undefined ? undefined : tree.resolve(normalized);
    if (root === undefined || tree.stat(root)?.kind !== 'directory') {
      throw new KustomizeError(
        'KUSTOMIZE_NOT_FOUND',
        `must build at directory: not a valid directory: '${path}' doesn't exist`,
        { hint: 'Give the path of a directory, from the root of the tree.' },
      );
    }
    return new Loader(context, tree, root);
  }

  /** The remote repository that the directory is in, if it is in one. */
  get repository(): Repository | undefined {
    return this.#repository;
  }

  /** The directory as errors show it: `/` stands for the root of the tree. */
  get shownRoot(): string {
    return shown(this.root);
  }

  /** What a file of this tree is called outside of it. */
  nameOf(path: string): string {
    return this.#repository ? `${this.#repository.spec.cloneSpec}//${path}` : path;
  }

  /** How many kustomizations lead to this one. */
  get depth(): number {
    return this.#parent ? this.#parent.depth + 1 : 0;
  }

  /**
   * Reads a file of the directory or below, or any of the tree with `loadRestrictor: 'none'`; or one that
   * was fetched for a URL.
   *
   * @throws KustomizeError KUSTOMIZE_NOT_FOUND, KUSTOMIZE_LOAD_RESTRICTED, KUSTOMIZE_REMOTE_NOT_FETCHED.
   */
  read(path: string): LoadedFile {
    if (isWebUrl(path)) return this.#readRemote(path);
    const joined = this.#join(path);
    const resolved = this.tree.resolve(joined);
    const entry = resolved === undefined ? undefined : this.tree.stat(resolved);
    if (resolved === undefined || !entry) throw notFound(joined);
    if (entry.kind === 'directory') {
      throw new KustomizeError('KUSTOMIZE_NOT_FOUND', `'${shown(joined)}' must resolve to a file`);
    }
    if (this.#isRestricted && !isSameOrBelow(directoryOf(resolved), this.root))
      throw this.#outside(shown(joined));
    const bytes = this.tree.read(resolved);
    if (!bytes) throw notFound(joined);
    const name = this.nameOf(resolved);
    if (!this.#repository) this.context.filesRead.add(name);
    return { bytes, name, path: resolved, writtenPath: path };
  }

  /**
   * Opens a directory that the kustomization names: anywhere in the tree but not at or above one that led
   * here; or a repository that was fetched for a URL.
   *
   * @throws KustomizeError KUSTOMIZE_NOT_FOUND, KUSTOMIZE_CYCLE, KUSTOMIZE_REMOTE_NOT_FETCHED.
   */
  open(path: string): Loader {
    if (path === '') throw new KustomizeError('KUSTOMIZE_NOT_FOUND', 'new root cannot be empty');
    const spec = tryParseRemoteUrl(path);
    if (spec) return this.#openRemote(path, spec);
    if (path.startsWith('/')) {
      throw new KustomizeError('KUSTOMIZE_LOAD_RESTRICTED', `new root '${path}' cannot be absolute`, {
        hint: 'Name directories relative to the kustomization that includes them.',
      });
    }
    const joined = joinPath(this.root, path);
    const root = joined === undefined ? undefined : this.tree.resolve(joined);
    const kind = root === undefined ? undefined : this.tree.stat(root)?.kind;
    if (joined === undefined) throw this.#outside(path);
    if (root === undefined || kind === undefined) throw notFound(joined, 'must build at directory: ');
    if (kind !== 'directory') {
      throw new KustomizeError(
        'KUSTOMIZE_NOT_FOUND',
        `must build at directory: '${shown(joined)}': file is not directory`,
      );
    }
    this.#refuseCycle(root);
    return new Loader(this.context, this.tree, root, this);
  }

  get #isRestricted(): boolean {
    // What was fetched from elsewhere is never trusted with files outside its kustomizations.
    return this.#repository !== undefined || this.context.options.loadRestrictor !== 'none';
  }

  #join(path: string): string {
    const joined = path.includes('\\') ? undefined : joinPath(this.root, path);
    if (joined === undefined) throw this.#outside(path);
    return joined;
  }

  #outside(path: string): KustomizeError {
    return new KustomizeError(
      'KUSTOMIZE_LOAD_RESTRICTED',
      `security; file '${path}' is not in or below '${this.shownRoot}'`,
      {
        hint: "Move the file below the kustomization, include its directory as a base, or build with loadRestrictor 'none'.",
      },
    );
  }

  /** The loader with those that led to it. */
  *#lineage(): Generator<Loader> {
    yield this;
    if (this.#parent) yield* this.#parent.#lineage();
  }

  #refuseCycle(root: string): void {
    for (const at of this.#lineage()) {
      if (at.tree === this.tree && isSameOrBelow(at.root, root)) {
        throw new KustomizeError(
          'KUSTOMIZE_CYCLE',
          `cycle detected: candidate root '${shown(root)}' contains visited root '${at.shownRoot}'`,
          { hint: 'A kustomization cannot include itself, nor a directory above one that led to it.' },
        );
      }
    }
  }

  #readRemote(url: string): LoadedFile {
    const content = this.context.options.remotes?.get(url);
    if (content instanceof Uint8Array) return { bytes: content, name: url, path: url, writtenPath: url };
    if (content) throw new KustomizeError('KUSTOMIZE_NOT_FOUND', `URL is a git repository: ${url}`);
    throw notFetched(url);
  }

  #openRemote(url: string, spec: RemoteUrl): Loader {
    for (const at of this.#lineage()) {
      if (at.#repository?.url.startsWith(url)) {
        throw new KustomizeError(
          'KUSTOMIZE_CYCLE',
          `cycle detected: URI '${url}' referenced by previous URI '${at.#repository.url}'`,
        );
      }
    }
    const content = this.context.options.remotes?.get(url);
    if (!content || content instanceof Uint8Array) throw notFetched(url);
    const path = normalizePath(spec.kustRootPath);
    const root = path === undefined ? undefined : content.resolve(path);
    if (root === undefined || content.stat(root)?.kind !== 'directory') {
      throw new KustomizeError(
        'KUSTOMIZE_NOT_FOUND',
        `'${spec.kustRootPath}' is no directory of ${spec.cloneSpec}`,
      );
    }
    return new Loader(this.context, content, root, this, { url, spec });
  }

  /** The last part of the directory's path. */
  get directoryName(): string {
    return baseName(this.root);
  }
}

function shown(path: string): string {
  return `/${path}`;
}

function notFound(path: string, prefix = ''): KustomizeError {
  return new KustomizeError(
    'KUSTOMIZE_NOT_FOUND',
    `${prefix}'${shown(path)}' doesn't exist: no such file or directory`,
    { hint: 'Paths go from the directory of the kustomization. Look for a slip, or add the file.' },
  );
}

function notFetched(url: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_REMOTE_NOT_FETCHED', `remote content has not been fetched: ${url}`, {
    hint: 'Fetch it first: pass the result of fetchRemoteBases as the option `remotes`.',
  });
}
