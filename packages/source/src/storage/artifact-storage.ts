import {
  type Clock,
  createHasher,
  type DigestAlgorithm,
  kubeTime,
  parseDigest,
  systemClock,
} from '@gitops-toolkit/core';
import { constants, type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, ArtifactOwner } from './artifact.ts';
import { collectGarbage, type Retention } from './collect-garbage.ts';
import { acquireFileLock } from './file-lock.ts';
import {
  artifactPath,
  makeFolder,
  ownerPath,
  parseArtifactPath,
  realRoot,
  refuseSymlinks,
} from './storage-path.ts';
import { readAlias, writeAlias } from './alias.ts';
import { writeAtomically } from './write-atomically.ts';

/** Where artifacts are kept, and for how long. */
export interface ArtifactStorageOptions {
  /** A folder, made where it is not there. */
  readonly root: string;
  /**
   * The host, with a port if need be, under which the artifacts are served: goes into their URLs. A function
   * is asked each time, for a server that learns its port when it listens.
   */
  readonly host: string | (() => string);
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
  /** The bytes as they are to be served: an archive, a chart, an index. */
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
 * Artifacts on a disk, laid out as Flux does: `<kind>/<namespace>/<name>/<file>`.
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
  readonly #clock: Clock;
  #root: Promise<string> | undefined;

  constructor(options: ArtifactStorageOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
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
    if (alias !== undefined) artifactPath(owner, alias);
    const root = await this.#realRoot();
    const folder = await makeFolder(root, ownerPath(owner));
    const withSignal = signal ? { signal } : {};
    await using _lock = await acquireFileLock(join(folder, `${file}.lock`), {
      clock: this.#clock,
      ...withSignal,
    });
    const algorithm = this.#options.digestAlgorithm ?? 'sha256';
    const { digest, size } = await writeAtomically(join(folder, file), content, { algorithm, ...withSignal });
    if (alias !== undefined) {
      await using _aliasLock = await acquireFileLock(join(folder, `${alias}.lock`), {
        clock: this.#clock,
        ...withSignal,
      });
      await writeAlias(join(folder, alias), file);
    }
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
    const { host } = this.#options;
    return `http://${typeof host === 'string' ? host : host()}/${path}`;
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
   * @throws `STORAGE_PATH_INVALID`; `DIGEST_INVALID` of core.
   */
  async verify(
    artifact: Pick<Artifact, 'path' | 'digest'>,
    options: { signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const { algorithm, hex } = parseDigest(artifact.digest);
    const file = await this.open(artifact.path);
    if (!file) return false;
    const hasher = createHasher(algorithm);
    try {
      for await (const piece of file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
        options.signal?.throwIfAborted();
        hasher.update(piece);
      }
    } finally {
      await file.close();
    }
    if (hasher.hex() === hex) return true;
    await rm(join(await this.#realRoot(), ...artifact.path.split('/')), { force: true });
    return false;
  }

  /**
   * Opens the file of an artifact, or the one that an alias stands for; `undefined` where there is none. Other symlinks are
   * not followed.
   */
  async open(path: string): Promise<FileHandle | undefined> {
    const parts = parseArtifactPath(path);
    if (!parts) return undefined;
    const root = await this.#realRoot();
    await refuseSymlinks(root, parts.folder);
    const folder = join(root, ...parts.folder.split('/'));
    return openFile(join(folder, (await readAlias(join(folder, parts.file))) ?? parts.file));
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
    const root = await this.#realRoot();
    await refuseSymlinks(root, folder);
    const removed = await collectGarbage(join(root, ...folder.split('/')), {
      ...this.#options.retention,
      current: parseArtifactPath(current.path)?.file ?? '',
      now: this.#clock.now(),
      ...options,
    });
    return removed.map((name) => `${folder}/${name}`);
  }

  /** Removes all that is stored for an owner; also where its modes have been taken away. */
  async removeAll(owner: ArtifactOwner): Promise<void> {
    const folder = ownerPath(owner);
    const root = await this.#realRoot();
    await refuseSymlinks(root, folder);
    await rm(join(root, ...folder.split('/')), { recursive: true, force: true });
  }

  #realRoot(): Promise<string> {
    return (this.#root ??= realRoot(this.#options.root));
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const file = await open(path, flags);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  } catch {
    return undefined;
  }
}
