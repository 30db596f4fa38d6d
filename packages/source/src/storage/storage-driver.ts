import type { Clock } from '@gitops-toolkit/core';
import type { ArtifactDigestAlgorithm } from '../artifact/artifact-digest.ts';
import type { ByteRange } from './byte-range.ts';

/** Where a file is, below the root of a storage. Both parts are checked: neither can climb or hide. */
export interface StoredPath {
  /** `<kind>/<namespace>/<name>` */
  readonly folder: string;
  readonly file: string;
}

/** How a file is written. */
export interface WriteOptions {
  readonly algorithm: ArtifactDigestAlgorithm;
  /** A name in the same folder that stands for the file, once that is there as a whole. */
  readonly alias?: string;
  readonly clock: Clock;
  /** Looked at between pieces. */
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface WrittenFile {
  readonly digest: string;
  readonly size: number;
}

/** A file that is open: what is read of it is of one version, or reading fails. */
export interface StoredFile extends AsyncDisposable {
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Another text whenever the file is another. */
  readonly version: string;
  /** Where the driver keeps it with the file, so that nobody need compute it. */
  readonly digest?: string;
  /** @param range @default the whole */
  read(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A file in a folder. */
export interface ListedFile {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/**
 * Keeps the bytes of artifacts. What `ArtifactStorage` stands on: it decides on paths, retention and URLs, a driver on how a
 * file is there as a whole or not at all.
 *
 * All methods throw `STORAGE_WRITE_FAILED` or `STORAGE_READ_FAILED` where the place cannot be reached; what is not there is no error.
 */
export interface StorageDriver {
  /** Puts a file there as a whole, in place of one of the same name. What the content throws leaves no trace. */
  write(path: StoredPath, content: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenFile>;
  /** Opens a file, or the one that an alias stands for. */
  open(path: StoredPath): Promise<StoredFile | undefined>;
  /** The files of a folder, aliases and whatever else is there excepted; a thousand at most. */
  list(folder: string): Promise<ListedFile[]>;
  remove(path: StoredPath): Promise<void>;
  /**
   * Removes from a folder what processes have left there that were killed while they wrote.
   *
   * @param now milliseconds since the epoch
   * @returns the names
   */
  removeLeftOvers(folder: string, now: number): Promise<string[]>;
  /** Removes a folder with all that is in it. */
  removeAll(folder: string): Promise<void>;
}
