import { directoryOf, MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { copyFailed, limitReached } from './generator-error.ts';

/** What one artifact may hold, before it is packed. */
export interface ComposeLimits {
  /** Bytes of all files together. @default 256 MiB, which is what readers of artifacts take */
  readonly maxBytes?: number;
  /** Files and directories. @default 50 000 */
  readonly maxEntries?: number;
}

interface StagedFile {
  readonly data: Uint8Array;
  readonly mode: number;
}

/** The files of an artifact while it is put together. Paths are normalised. */
export class Staging {
  readonly #files = new Map<string, StagedFile>();
  readonly #directories = new Set(['']);
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  #bytes = 0;

  constructor({ maxBytes = 256 * 1024 * 1024, maxEntries = 50_000 }: ComposeLimits = {}) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  isDirectory(path: string): boolean {
    return this.#directories.has(path);
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path)?.data;
  }

  /** The permission bits of a file. */
  modeOf(path: string): number {
    return this.#files.get(path)?.mode ?? 0o644;
  }

  /** Makes a directory with those above it. */
  makeDirectory(path: string): void {
    if (this.#directories.has(path)) return;
    if (this.#files.has(path)) throw copyFailed(`a file stands where a directory is to be: ${path}`);
    this.makeDirectory(directoryOf(path));
    this.#directories.add(path);
    this.#check();
  }

  /** Puts a file in place of the one that is there. */
  write(path: string, { data, mode }: StagedFile): void {
    if (this.#directories.has(path))
      throw copyFailed(`a directory stands where a file is to be: ${path || '@artifact/'}`);
    this.makeDirectory(directoryOf(path));
    this.#bytes += data.length - (this.#files.get(path)?.data.length ?? 0);
    this.#files.set(path, { data, mode });
    this.#check();
  }

  tree(): MemoryTree {
    return new MemoryTree(this.#inputs());
  }

  *#inputs(): Generator<readonly [string, TreeInput]> {
    for (const path of this.#directories) if (path !== '') yield [path, { directory: true }];
    yield* this.#files;
  }

  #check(): void {
    if (this.#bytes > this.#maxBytes)
      throw limitReached(`the artifact has more than ${this.#maxBytes} bytes`);
    if (this.#files.size + this.#directories.size - 1 > this.#maxEntries)
      throw limitReached(`the artifact has more than ${this.#maxEntries} files and directories`);
  }
}
