import { baseName, directoryOf, type FileTree, normalizePath, type TreeEntry } from '@gitops-toolkit/core';

/**
 * A tree with one file put over whatever is there. What was there stays at hand as `written`: it is what
 * the author knows, so errors name places in it.
 */
export class OverlayTree implements FileTree {
  readonly size: number;
  /** What the file held before; `undefined` where there was none. */
  readonly written: Uint8Array | undefined;
  readonly #base: FileTree;
  readonly #path: string;
  readonly #data: Uint8Array;

  /** @param path The file, in a directory of the tree, symlinks resolved. */
  constructor(base: FileTree, path: string, data: Uint8Array) {
    this.#base = base;
    this.#path = path;
    this.#data = data;
    this.written = base.read(path);
    this.size = base.size - (this.written?.length ?? 0) + data.length;
  }

  /** Whether a path leads to the file that was put over. */
  covers(path: string): boolean {
    return this.resolve(path) === this.#path;
  }

  read(path: string): Uint8Array | undefined {
    return this.covers(path) ? this.#data : this.#base.read(path);
  }

  *list(path: string): Generator<TreeEntry> {
    const entries = this.#base.list(path);
    if (this.#base.resolve(path) !== directoryOf(this.#path)) return yield* entries;
    const others = [...entries].filter(({ name }) => name !== this.#entry.name);
    yield* [...others, this.#entry].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  stat(path: string): TreeEntry | undefined {
    return this.covers(path) ? this.#entry : this.#base.stat(path);
  }

  resolve(path: string): string | undefined {
    const normalized = normalizePath(path);
    if (normalized !== undefined && baseName(normalized) === baseName(this.#path)) {
      const directory = this.#base.resolve(directoryOf(normalized));
      if (directory === directoryOf(this.#path)) return this.#path;
    }
    return this.#base.resolve(path);
  }

  get #entry(): TreeEntry {
    return { name: baseName(this.#path), kind: 'file', mode: 0o644, size: this.#data.length };
  }
}
