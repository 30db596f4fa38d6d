import type { FileTree, TreeEntry } from './file-tree.ts';
import { baseName, directoryOf, joinPath, normalizePath } from './path.ts';

/** What goes into a {@link MemoryTree} under a path. */
export type TreeInput =
  | string
  | Uint8Array
  | { readonly data: Uint8Array; readonly mode?: number }
  | { readonly symlink: string }
  /** A directory, which may stay empty; those of files need not be named, unless they are {@link TreeEntry.implied}. */
  | { readonly directory: true; readonly implied?: true };

interface FileNode {
  readonly kind: 'file';
  readonly data: Uint8Array;
  readonly mode: number;
}
interface LinkNode {
  readonly kind: 'symlink';
  readonly target: string;
}
interface DirectoryNode {
  readonly kind: 'directory';
  readonly children: Map<string, Node>;
  implied?: true;
  sorted?: readonly TreeEntry[];
}
type Node = FileNode | LinkNode | DirectoryNode;

/** As many links as Linux follows before it gives up. */
const MAX_LINKS = 40;

const encoder = new TextEncoder();

/**
 * A tree in memory.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * const tree = MemoryTree.from({ 'app/kustomization.yaml': 'resources: []\n' });
 * tree.stat('app')?.kind; // 'directory'
 * ```
 */
export class MemoryTree implements FileTree {
  readonly size: number;
  readonly #root: DirectoryNode;

  /**
   * @param entries Paths and contents, a later one winning over an earlier one of the same path; or what was put
   *   together by a {@link MemoryTreeBuilder}.
   * @throws RangeError for a path that climbs out of the root, is empty, or runs through a file.
   */
  constructor(entries: Iterable<readonly [path: string, input: TreeInput]> | MemoryTreeBuilder) {
    if (entries instanceof MemoryTreeBuilder) this.#root = takeRoot(entries);
    else {
      this.#root = emptyDirectory();
      for (const [path, input] of entries) put(this.#root, path, input);
    }
    this.size = sizeOf(this.#root);
  }

  /** A tree of an object's own keys. */
  static from(files: Readonly<Record<string, TreeInput>>): MemoryTree {
    return new MemoryTree(Object.entries(files));
  }

  read(path: string): Uint8Array | undefined {
    const node = this.#lookup(path)?.node;
    return node?.kind === 'file' ? node.data : undefined;
  }

  list(path: string): readonly TreeEntry[] {
    const node = this.#lookup(path)?.node;
    if (node?.kind !== 'directory') return [];
    return (node.sorted ??= [...node.children]
      .map(([name, child]) => toEntry(name, child))
      .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
  }

  stat(path: string): TreeEntry | undefined {
    const found = this.#lookup(path);
    return found && toEntry(found.path.slice(found.path.lastIndexOf('/') + 1), found.node);
  }

  resolve(path: string): string | undefined {
    return this.#lookup(path)?.path;
  }

  #lookup(path: string): { path: string; node: Node } | undefined {
    let rest = normalizePath(path)?.split('/').filter(Boolean);
    let at: DirectoryNode = this.#root;
    let done = '';
    for (let links = 0; rest;) {
      const name = rest.shift();
      if (name === undefined) return { path: done, node: at };
      const child = at.children.get(name);
      if (child === undefined) return undefined;
      const childPath = done === '' ? name : `${done}/${name}`;
      if (child.kind === 'symlink') {
        if (++links > MAX_LINKS) return undefined;
        const target = joinPath(directoryOf(childPath), child.target);
        rest = target === undefined ? undefined : [...target.split('/').filter(Boolean), ...rest];
        [at, done] = [this.#root, ''];
        continue;
      }
      if (child.kind === 'file') return rest.length === 0 ? { path: childPath, node: child } : undefined;
      [at, done] = [child, childPath];
    }
    return undefined;
  }
}

let takeRoot: (builder: MemoryTreeBuilder) => DirectoryNode;

/**
 * Puts a tree together entry by entry, for who has many of them and must not do all at once.
 *
 * @example
 * ```ts
 * import { MemoryTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
 * const builder = new MemoryTreeBuilder();
 * builder.add('app/kustomization.yaml', 'resources: []\n');
 * new MemoryTree(builder).stat('app')?.kind; // 'directory'
 * ```
 */
export class MemoryTreeBuilder {
  #root = emptyDirectory();

  static {
    // What comes afterwards goes into another tree: one that is made never changes.
    takeRoot = (builder) => {
      const root = builder.#root;
      builder.#root = emptyDirectory();
      return root;
    };
  }

  /** Adds an entry; it wins over an earlier one of the same path. Throws as the constructor of the tree does. */
  add(path: string, input: TreeInput): void {
    put(this.#root, path, input);
  }
}

type DirectoryInput = Extract<TreeInput, { readonly directory: true }>;

function emptyDirectory(): DirectoryNode {
  return { kind: 'directory', children: new Map() };
}

function put(root: DirectoryNode, path: string, input: TreeInput): void {
  if (isDirectoryInput(input)) {
    const directory = makeDirectory(root, path);
    if (input.implied) directory.implied = true;
    else delete directory.implied;
  } else insert(root, path, toNode(input));
}

function isDirectoryInput(input: TreeInput): input is DirectoryInput {
  return typeof input === 'object' && 'directory' in input;
}

function toNode(input: Exclude<TreeInput, DirectoryInput>): FileNode | LinkNode {
  if (typeof input === 'string') return { kind: 'file', data: encoder.encode(input), mode: 0o644 };
  if (input instanceof Uint8Array) return { kind: 'file', data: input, mode: 0o644 };
  if ('symlink' in input) return { kind: 'symlink', target: input.symlink };
  return { kind: 'file', data: input.data, mode: input.mode ?? 0o644 };
}

function insert(root: DirectoryNode, path: string, node: FileNode | LinkNode): void {
  const normalized = requirePath(path);
  const name = baseName(normalized);
  const parent = makeDirectory(root, directoryOf(normalized));
  if (parent.children.get(name)?.kind === 'directory') throw new RangeError(`a directory stands at ${path}`);
  parent.children.set(name, node);
}

/** The directory at a path, made with those above it where it is not there. */
function makeDirectory(root: DirectoryNode, path: string): DirectoryNode {
  let at = root;
  for (const part of path === '' ? [] : requirePath(path).split('/')) {
    let child = at.children.get(part);
    if (child === undefined) {
      child = emptyDirectory();
      at.children.set(part, child);
    }
    if (child.kind !== 'directory')
      throw new RangeError(`a file stands where ${path} needs a directory: ${part}`);
    at = child;
  }
  return at;
}

function requirePath(path: string): string {
  const normalized = normalizePath(path);
  if (!normalized) throw new RangeError(`not a path inside a tree: ${JSON.stringify(path)}`);
  return normalized;
}

function toEntry(name: string, node: Node): TreeEntry {
  if (node.kind === 'file') return { name, kind: 'file', mode: node.mode, size: node.data.length };
  if (node.kind === 'symlink') return { name, kind: 'symlink', mode: 0o777, size: 0, target: node.target };
  const { implied } = node;
  return { name, kind: 'directory', mode: 0o755, size: 0, ...(implied ? { implied } : {}) };
}

function sizeOf(node: Node): number {
  if (node.kind === 'file') return node.data.length;
  if (node.kind === 'symlink') return 0;
  let total = 0;
  for (const child of node.children.values()) total += sizeOf(child);
  return total;
}
