import type { HttpResponse } from '@gitops-toolkit/core/http';
import { createArtifactHasher } from '../../artifact/artifact-digest.ts';
import { SourceError, type SourceErrorCode } from '../../errors.ts';
import type { ByteRange } from '../byte-range.ts';
import type {
  ListedFile,
  StorageDriver,
  StoredFile,
  StoredPath,
  WriteOptions,
  WrittenFile,
} from '../storage-driver.ts';
import { isArtifactFile } from '../storage-path.ts';
import { parseListPage } from './list-page.ts';
import { S3Client, type S3ClientOptions, type S3Request } from './s3-client.ts';

/** Where in which bucket artifacts are kept. */
export interface S3DriverOptions extends S3ClientOptions {
  /** What keys begin with, such as `flux/`. @default '' */
  readonly prefix?: string;
  /** Bytes of one artifact, which is held in memory until it is stored. @default 512 MiB */
  readonly maxBytes?: number;
}

/** Of answers that are lists or error texts. */
const MAX_ANSWER = 8 * 1024 * 1024;
const MAX_FILES = 1000;
const DIGEST = 'x-amz-meta-digest';
const ALIAS = '.alias';

/**
 * Artifacts as objects of a bucket, for any service that speaks S3: each replica stores there, and each can serve what any
 * of them has stored. A put makes an object as a whole or not at all, so nothing is locked; an alias is an object beside
 * the files, `<alias>.alias`, that names one.
 *
 * An object is said to have the digest that is noted on it when it was stored. Consumers compute it anew.
 *
 * @example
 * ```ts no-run
 * import { ArtifactStorage, startArtifactServer } from '@gitops-toolkit/source';
 * import { S3Driver } from '@gitops-toolkit/source/s3-storage';
 *
 * const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
 * await using driver = new S3Driver({ endpoint: 'https://minio.example.com', bucket: 'artifacts', credentials });
 * const storage = new ArtifactStorage({ root: driver, host: 'source-controller.flux-system' });
 * await using server = await startArtifactServer({ storage });
 * ```
 */
export class S3Driver implements StorageDriver, AsyncDisposable {
  readonly #client: S3Client;
  readonly #prefix: string;
  readonly #maxBytes: number;

  constructor(options: S3DriverOptions) {
    this.#client = new S3Client(options);
    this.#prefix = options.prefix ?? '';
    this.#maxBytes = options.maxBytes ?? 512 * 1024 * 1024;
  }

  async write(
    { folder, file }: StoredPath,
    content: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenFile> {
    const { alias, signal } = options;
    const { pieces, ...written } = await this.#collect(content, options);
    await this.#put({ folder, file }, pieces, { headers: { [DIGEST]: written.digest }, signal });
    if (alias !== undefined)
      await this.#put({ folder, file: `${alias}${ALIAS}` }, [Buffer.from(file)], { signal });
    return written;
  }

  async open(path: StoredPath): Promise<StoredFile | undefined> {
    const file = await this.#head(path);
    if (file) return file;
    const target = await this.#aliasTarget(path);
    return target === undefined ? undefined : this.#head({ ...path, file: target });
  }

  async list(folder: string): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    const start = this.#key({ folder, file: '' });
    for await (const { name, modifiedAt } of this.#listAll(start)) {
      const file = name.slice(start.length);
      if (isArtifactFile(file)) files.push({ name: file, modifiedAt });
      if (files.length >= MAX_FILES) break;
    }
    return files;
  }

  async remove(path: StoredPath): Promise<void> {
    await this.#remove(this.#key(path));
  }

  /** A put that is broken off leaves nothing. */
  async removeLeftOvers(): Promise<string[]> {
    return [];
  }

  async removeAll(folder: string): Promise<void> {
    for await (const { name } of this.#listAll(this.#key({ folder, file: '' }))) await this.#remove(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  /** The whole is needed first: its length and its hash stand before it in the request. */
  async #collect(
    content: AsyncIterable<Uint8Array>,
    { algorithm, signal }: WriteOptions,
  ): Promise<WrittenFile & { readonly pieces: Uint8Array[] }> {
    const hasher = await createArtifactHasher(algorithm);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of content) {
      signal?.throwIfAborted();
      size += piece.length;
      if (size > this.#maxBytes) {
        throw new SourceError('STORAGE_WRITE_FAILED', `the artifact has more than ${this.#maxBytes} bytes`, {
          hint: 'Leave files out with .sourceignore, or raise maxBytes.',
        });
      }
      hasher.update(piece);
      pieces.push(piece);
    }
    signal?.throwIfAborted();
    return { digest: `${algorithm}:${hasher.hex()}`, size, pieces };
  }

  async #put(
    path: StoredPath,
    body: readonly Uint8Array[],
    options: { readonly headers?: Record<string, string>; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    const { headers, signal } = options;
    const answer = await this.#client.send({
      method: 'PUT',
      key: this.#key(path),
      body,
      maxBytes: MAX_ANSWER,
      code: 'STORAGE_WRITE_FAILED',
      ...(headers ? { headers } : {}),
      ...(signal ? { signal } : {}),
    });
    if (answer.status !== 200) throw await failure('STORAGE_WRITE_FAILED', `store ${path.file}`, answer);
    answer.discard();
  }

  async #head(path: StoredPath): Promise<StoredFile | undefined> {
    const key = this.#key(path);
    const answer = await this.#client.send({
      method: 'HEAD',
      key,
      maxBytes: 0,
      code: 'STORAGE_READ_FAILED',
    });
    answer.discard();
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw await failure('STORAGE_READ_FAILED', `open ${path.file}`, answer);
    const {
      etag = '',
      'content-length': length,
      'last-modified': time = '',
      [DIGEST]: digest,
    } = answer.headers;
    const size = Number(length);
    return {
      size,
      modifiedAt: Date.parse(time),
      version: etag,
      ...(typeof digest === 'string' ? { digest } : {}),
      read: (range, signal) => this.#read({ key, etag, size }, range, signal),
      async [Symbol.asyncDispose]() {},
    };
  }

  async *#read(
    object: { readonly key: string; readonly etag: string; readonly size: number },
    range: ByteRange | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const { key, etag, size } = object;
    const request: S3Request = {
      method: 'GET',
      key,
      // One that was replaced since it was opened would be half of the one and half of the other.
      headers: { 'if-match': etag, ...(range ? { range: `bytes=${range.start}-${range.end}` } : {}) },
      maxBytes: size,
      code: 'STORAGE_READ_FAILED',
      ...(signal ? { signal } : {}),
    };
    const answer = await this.#client.send(request);
    const isExpected = answer.status === (range ? 206 : 200) && answer.headers.etag === etag;
    if (!isExpected) throw await failure('STORAGE_READ_FAILED', `read ${key}`, answer);
    yield* answer.body;
  }

  async #aliasTarget({ folder, file }: StoredPath): Promise<string | undefined> {
    const answer = await this.#client.send({
      method: 'GET',
      key: this.#key({ folder, file: `${file}${ALIAS}` }),
      maxBytes: MAX_ANSWER,
      code: 'STORAGE_READ_FAILED',
    });
    if (answer.status === 404) {
      answer.discard();
      return undefined;
    }
    if (answer.status !== 200) throw await failure('STORAGE_READ_FAILED', `open ${file}`, answer);
    const target = Buffer.from(await answer.bytes()).toString('utf8');
    return isArtifactFile(target) ? target : undefined;
  }

  async *#listAll(prefix: string): AsyncGenerator<ListedFile> {
    let next: string | undefined;
    do {
      const answer = await this.#client.send({
        method: 'GET',
        query: {
          'list-type': '2',
          prefix,
          ...(next === undefined ? {} : { 'continuation-token': next }),
        },
        maxBytes: MAX_ANSWER,
        code: 'STORAGE_READ_FAILED',
      });
      if (answer.status !== 200) throw await failure('STORAGE_READ_FAILED', `list ${prefix}`, answer);
      const page = parseListPage(Buffer.from(await answer.bytes()).toString('utf8'));
      yield* page.objects;
      next = page.next;
    } while (next !== undefined);
  }

  async #remove(key: string): Promise<void> {
    const code = 'STORAGE_WRITE_FAILED';
    const answer = await this.#client.send({ method: 'DELETE', key, maxBytes: MAX_ANSWER, code });
    if (![200, 204, 404].includes(answer.status)) throw await failure(code, `remove ${key}`, answer);
    answer.discard();
  }

  #key({ folder, file }: StoredPath): string {
    return `${this.#prefix}${folder}/${file}`;
  }
}

/** What the service says, by its own code where it gives one. */
async function failure(code: SourceErrorCode, what: string, answer: HttpResponse): Promise<SourceError> {
  const { status } = answer;
  const text = await answer.bytes().then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );
  const named = /<Code>([A-Za-z.]{1,80})<\/Code>/.exec(text)?.[1];
  return new SourceError(code, `cannot ${what}: ${answer.url.host} answers ${named ?? status}`, {
    retry: 'backoff',
    ...(status === 403 || status === 401
      ? { hint: 'The keys must be allowed to get, put, list and delete objects of the bucket.' }
      : {}),
  });
}
