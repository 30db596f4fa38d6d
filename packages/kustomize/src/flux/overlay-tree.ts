import { baseName, directoryOf, type FileTree, normalizePath, type TreeEntry } from '@gitops-toolkit/core';

/** A tree with one file put over whatever is there. */
export class OverlayTree implements FileTree {
  readonly size: number;
  readonly #base: FileTree;
  readonly #path: string;
  readonly #data: Uint8Array;

  /** @param path The file, in a directory of the tree, symlinks resolved. */
  constructor(base: FileTree, path: string, data: Uint8Array) {
    this.#base = base;
    this.#path = path;
    this.#data = data;
    this.size = base.size - (base.read(path)?.length ?? 0) + data.length;
  }

  read(path: string): Uint8Array | undefined {
    return this.resolve(path) === this.#path ? this.#data : this.#base.read(path);
  }

  *list(path: string): Generator<TreeEntry> {
    const entries = this.#base.list(path);
    if (this.#base.resolve(path) !== directoryOf(this.#path)) return yield* entries;
    const others = [...entries].filter(({ name }) => name !== this.#entry.name);
    yield* [...others, this.#entry].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  stat(path: string): TreeEntry | undefined {
    return this.resolve(path) === this.#path ? this.#entry : this.#base.stat(path);
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
