import type { DigestAlgorithm } from '@gitops-toolkit/core';

/** What was written. */
export interface WrittenFile {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

/** A file that is there; nothing of it is read yet. */
export interface StoredFile {
  /** In bytes. */
  readonly size: number;
  /** Since the epoch. */
  readonly modifiedMs: number;
  /** Another one where the file was replaced. */
  readonly version: string;
  /** The bytes; of a range, both ends included. */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A file of a folder. */
export interface ListedFile {
  readonly name: string;
  /** Since the epoch. */
  readonly modifiedMs: number;
}

/** How a file is written. */
export interface WriteOptions {
  readonly algorithm: DigestAlgorithm;
  /** Looked at between pieces. */
  readonly signal?: AbortSignal;
}

/**
 * Keeps the files of artifacts. Paths and folders are relative, and were checked: `<kind>/<namespace>/<name>[/<file>]`, of
 * names that cannot climb. What fails is thrown as `SourceError` with the `STORAGE_` codes.
 */
export interface StorageDriver {
  /** Writes a file: under its path is all of it, or what was there before. */
  write(path: string, content: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenFile>;
  /** `undefined` where there is no such file. */
  open(path: string): Promise<StoredFile | undefined>;
  /** Files of artifacts alone; a thousand at most. */
  list(folder: string): Promise<readonly ListedFile[]>;
  /** No error where there is none. */
  remove(path: string): Promise<void>;
  /** With all that is in it. */
  removeFolder(folder: string): Promise<void>;
  /** Lets another name in a folder stand for a file in it. */
  setAlias(folder: string, alias: string, file: string): Promise<void>;
  /** The file of its folder that an alias stands for; `undefined` where the path is none. */
  readAlias(path: string): Promise<string | undefined>;
  /** Removes from a folder what processes have left that were killed, and gives the names. */
  sweep?(folder: string, nowMs: number): Promise<readonly string[]>;
}
