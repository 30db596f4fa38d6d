import {
  type Clock,
  createHasher,
  type DigestAlgorithm,
  kubeTime,
  parseDigest,
  systemClock,
} from '@gitops-toolkit/core';
import type { Artifact, ArtifactOwner } from './artifact.ts';
import { DiskDriver } from './disk/disk-driver.ts';
import { filesToRemove, type Retention } from './retention.ts';
import type { StorageDriver, StoredFile } from './storage-driver.ts';
import { artifactPath, ownerPath, parseArtifactPath } from './storage-path.ts';

/** Where artifacts are kept, and for how long. */
export type ArtifactStorageOptions = CommonOptions &
  (
    | {
        /** A folder of a disk, made where it is not there. */
        readonly root: string;
      }
    | {
        /** What keeps the files in place of a disk. */
        readonly driver: StorageDriver;
      }
  );

interface CommonOptions {
  /**
   * The host, with a port if need be, under which the artifacts are served: goes into their URLs. A function
   * is asked each time, for a server that learns its port when it listens.
   */
  readonly host: string | (() => string);
  /** How they are served. @default 'http' */
  readonly scheme?: 'http' | 'https';
  readonly retention?: Retention;
  /** @default 'sha256' */
  readonly digestAlgorithm?: DigestAlgorithm;
  readonly clock?: Clock;
}

/** What is to be stored. */
export interface StoreOptions {
  readonly revision: string;
  /** The name of the file, such as `<commit>.tar.gz`. */
  readonly file: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Another name that stands for the owner's newest file, such as `latest.tar.gz`. @default none */
  readonly alias?: string;
  /** Looked at between pieces. A file that is not complete leaves no trace. */
  readonly signal?: AbortSignal;
}

/**
 * The artifacts of objects, laid out as Flux does: `<kind>/<namespace>/<name>/<file>`.
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
  readonly #options: CommonOptions;
  readonly #driver: StorageDriver;
  readonly #clock: Clock;

  constructor(options: ArtifactStorageOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#driver = 'driver' in options ? options.driver : new DiskDriver(options.root, this.#clock);
  }

  /**
   * Stores an artifact. Its file is there as a whole or not at all; one of the same name is replaced.
   *
   * @throws `STORAGE_PATH_INVALID`, `STORAGE_LOCKED`, `STORAGE_WRITE_FAILED`; what the content throws; the reason
   * of the signal.
   */
  async store(owner: ArtifactOwner, options: StoreOptions): Promise<Artifact> {
    const { revision, file, content, metadata, alias, signal } = options;
    const path = artifactPath(owner, file);
    const aliasPath = alias === undefined ? path : artifactPath(owner, alias);
    const { digest, size } = await this.#driver.write(path, content, {
      algorithm: this.#options.digestAlgorithm ?? 'sha256',
      ...(signal ? { signal } : {}),
    });
    if (alias !== undefined && aliasPath !== path) await this.#driver.setAlias(ownerPath(owner), alias, file);
    const lastUpdateTime = kubeTime(this.#clock.now());
    return {
      digest,
      path,
      url: this.urlOf(path),
      revision,
      lastUpdateTime,
      size,
      ...(metadata ? { metadata } : {}),
    };
  }

  /** The URL of a path under the host that the storage has now. */
  urlOf(path: string): string {
    const { host, scheme = 'http' } = this.#options;
    return `${scheme}://${typeof host === 'string' ? host : host()}/${path}`;
  }

  /** The URL under which an owner's newest file is served, whatever its revision. */
  aliasUrl(owner: ArtifactOwner, alias: string): string {
    return this.urlOf(artifactPath(owner, alias));
  }

  /**
   * Whether the file of an artifact is there and has its digest. A file with another digest is
   * removed, so that nobody can be given it.
   *
   * @throws `STORAGE_PATH_INVALID`; `DIGEST_INVALID` of core.
   */
  async verify(
    artifact: Pick<Artifact, 'path' | 'digest'>,
    options: { signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const { algorithm, hex } = parseDigest(artifact.digest);
    const file = parseArtifactPath(artifact.path) && (await this.#driver.open(artifact.path));
    if (!file) return false;
    const hasher = createHasher(algorithm);
    try {
      for await (const piece of file.read()) {
        options.signal?.throwIfAborted();
        hasher.update(piece);
      }
    } finally {
      await file.close();
    }
    if (hasher.hex() === hex) return true;
    await this.#driver.remove(artifact.path);
    return false;
  }

  /** Opens the file of an artifact, or what an alias stands for; `undefined` where there is none. */
  async open(path: string): Promise<StoredFile | undefined> {
    const parts = parseArtifactPath(path);
    if (!parts) return undefined;
    const file = await this.#driver.open(path);
    if (file) return file;
    const target = await this.#driver.readAlias(path);
    return target === undefined ? undefined : this.#driver.open(`${parts.folder}/${target}`);
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
    const now = this.#clock.now();
    const unwanted = filesToRemove(await this.#driver.list(folder), {
      ...this.#options.retention,
      current: parseArtifactPath(current.path)?.file ?? '',
      now,
    });
    for (const name of unwanted) {
      options.signal?.throwIfAborted();
      await this.#driver.remove(`${folder}/${name}`);
    }
    const swept = (await this.#driver.sweep?.(folder, now)) ?? [];
    return [...unwanted, ...swept].map((name) => `${folder}/${name}`);
  }

  /** Removes all that is stored for an owner; also where its modes have been taken away. */
  async removeAll(owner: ArtifactOwner): Promise<void> {
    await this.#driver.removeFolder(ownerPath(owner));
  }
}
