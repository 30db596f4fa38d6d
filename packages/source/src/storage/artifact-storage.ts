import { type Clock, kubeTime, systemClock } from '@gitops-toolkit/core';
import {
  type ArtifactDigestAlgorithm,
  createArtifactHasher,
  parseArtifactDigest,
} from '../artifact/artifact-digest.ts';
import type { Artifact, ArtifactOwner } from './artifact.ts';
import { collectGarbage, type Retention } from './collect-garbage.ts';
import { DiskDriver } from './disk-driver.ts';
import type { StorageDriver, StoredFile } from './storage-driver.ts';
import { artifactPath, checkedFile, ownerPath, parseArtifactPath } from './storage-path.ts';

/** Where artifacts are kept, and for how long. */
export interface ArtifactStorageOptions {
  /** A folder, made where it is not there; or another place, such as an `S3Driver`. */
  readonly root: string | StorageDriver;
  /**
   * The host, with a port if need be, under which the artifacts are served: goes into their URLs. With `https://` before
   * it where the server has a certificate. A function is asked each time, for a server that learns its port when it listens.
   */
  readonly host: string | (() => string);
  readonly retention?: Retention;
  /** @default 'sha256' */
  readonly digestAlgorithm?: ArtifactDigestAlgorithm;
  readonly clock?: Clock;
}

/** What is to be stored. */
export interface StoreOptions {
  readonly revision: string;
  /** The name of the file, such as `<commit>.tar.gz`. */
  readonly file: string;
  /**
   * The bytes as they are to be served: an archive, a chart, an index. Pieces must stay as they are once they are given:
   * they are written while the next ones are made.
   */
  readonly content: AsyncIterable<Uint8Array>;
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * A name beside the file that always stands for the newest one, such as `latest.tar.gz`; see
   * {@link ArtifactStorage.aliasUrl}. It moves once the file is there as a whole. @default none
   */
  readonly alias?: string;
  /** Looked at between pieces. A file that is not complete leaves no trace. */
  readonly signal?: AbortSignal;
}

/**
 * Artifacts, laid out as Flux does: `<kind>/<namespace>/<name>/<file>`.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { packArchive } from '@gitops-toolkit/core/node';
 * import { ArtifactStorage } from '@gitops-toolkit/source';
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 *
 * const storage = new ArtifactStorage({ root: await mkdtemp(join(tmpdir(), 'artifacts-')), host: 'localhost:9090' });
 * const owner = { kind: 'GitRepository', namespace: 'apps', name: 'podinfo' };
 * const artifact = await storage.store(owner, {
 *   revision: 'main@sha1:5394cb7f48332b2de7c17dd8b8384bbc84b7e738',
 *   file: '5394cb7f48332b2de7c17dd8b8384bbc84b7e738.tar.gz',
 *   content: packArchive(MemoryTree.from({ 'app.yaml': 'kind: Deployment\n' })),
 * });
 * await storage.verify(artifact); // true
 * ```
 */
export class ArtifactStorage {
  readonly #options: ArtifactStorageOptions;
  readonly #driver: StorageDriver;
  readonly #clock: Clock;

  constructor(options: ArtifactStorageOptions) {
    const { root, clock = systemClock } = options;
    this.#options = options;
    this.#driver = typeof root === 'string' ? new DiskDriver(root) : root;
    this.#clock = clock;
  }

  /**
   * Stores an artifact. Its file is there as a whole or not at all; one of the same name is replaced.
   *
   * @throws `STORAGE_PATH_INVALID`, `STORAGE_LOCKED`, `STORAGE_WRITE_FAILED`; what the content throws; the reason
   * of the signal.
   */
  async store(owner: ArtifactOwner, options: StoreOptions): Promise<Artifact> {
    const { revision, content, metadata, alias, signal } = options;
    const folder = ownerPath(owner);
    const file = checkedFile(options.file);
    const { digest, size } = await this.#driver.write({ folder, file }, content, {
      algorithm: this.#options.digestAlgorithm ?? 'sha256',
      clock: this.#clock,
      ...(alias === undefined ? {} : { alias: checkedFile(alias) }),
      ...(signal ? { signal } : {}),
    });
    const path = `${folder}/${file}`;
    return {
      digest,
      path,
      url: this.urlOf(path),
      revision,
      lastUpdateTime: kubeTime(this.#clock.now()),
      size,
      ...(metadata ? { metadata } : {}),
    };
  }

  /** The URL of a path under the host that the storage has now. */
  urlOf(path: string): string {
    const { host } = this.#options;
    const text = typeof host === 'string' ? host : host();
    return `${/^https?:\/\//.test(text) ? text : `http://${text}`}/${path}`;
  }

  /** The URL of an {@link StoreOptions.alias | alias} of an owner's artifacts: what `status.url` has. */
  aliasUrl(owner: ArtifactOwner, alias: string): string {
    return this.urlOf(artifactPath(owner, alias));
  }

  /** A URL that a storage made, under the host that this one has now. A text that is none stays as it is. */
  refreshUrl(url: string): string {
    const path = URL.canParse(url) ? new URL(url).pathname.slice(1) : '';
    return parseArtifactPath(path) ? this.urlOf(path) : url;
  }

  /**
   * Whether the file of an artifact is there and has its digest. A file with another digest is
   * removed, so that nobody can be given it.
   *
   * @throws `STORAGE_PATH_INVALID`, `STORAGE_READ_FAILED`; `DIGEST_INVALID` of core.
   */
  async verify(
    artifact: Pick<Artifact, 'path' | 'digest'>,
    options: { signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const { algorithm, hex } = parseArtifactDigest(artifact.digest);
    const path = parseArtifactPath(artifact.path);
    const file = path && (await this.#driver.open(path));
    if (!path || !file) return false;
    {
      await using _open = file;
      if (file.digest === artifact.digest) return true;
      const hasher = await createArtifactHasher(algorithm);
      for await (const piece of file.read(undefined, options.signal)) {
        options.signal?.throwIfAborted();
        hasher.update(piece);
      }
      if (hasher.hex() === hex) return true;
    }
    await this.#driver.remove(path);
    return false;
  }

  /**
   * Opens the file of an artifact, or the one that an alias stands for; `undefined` where there is none. It is to be disposed of.
   *
   * @throws `STORAGE_PATH_INVALID`, `STORAGE_READ_FAILED`
   */
  async open(path: string): Promise<StoredFile | undefined> {
    const parts = parseArtifactPath(path);
    return parts && this.#driver.open(parts);
  }

  /**
   * Removes artifacts of an owner that are not kept. The current one always stays.
   *
   * @returns The paths that were removed.
   */
  async collectGarbage(
    owner: ArtifactOwner,
    current: Pick<Artifact, 'path'>,
    options: { signal?: AbortSignal } = {},
  ): Promise<string[]> {
    const folder = ownerPath(owner);
    const removed = await collectGarbage(this.#driver, folder, {
      ...this.#options.retention,
      current: parseArtifactPath(current.path)?.file ?? '',
      now: this.#clock.now(),
      ...options,
    });
    return removed.map((name) => `${folder}/${name}`);
  }

  /** Removes all that is stored for an owner. */
  async removeAll(owner: ArtifactOwner): Promise<void> {
    await this.#driver.removeAll(ownerPath(owner));
  }
}
