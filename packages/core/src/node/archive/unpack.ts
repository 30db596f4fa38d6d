import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CoreError } from '../../core-errors.ts';
import { MemoryTree, MemoryTreeBuilder } from '../../tree/memory-tree.ts';
import { normalizePath } from '../../tree/path.ts';
import { createSharedAllocator } from './shared-memory.ts';
import { type TarEntry, TarReader } from './tar-reader.ts';

/** Bounds on an archive from outside. */
export interface UnpackLimits {
  /** Bytes of all files together, and of the tar as a whole. @default 256 MiB */
  readonly maxBytes?: number;
  /** Bytes of one file. @default 64 MiB */
  readonly maxFileBytes?: number;
  /** Files, directories and whatever else is listed. @default 50000 */
  readonly maxEntries?: number;
  /** Parts of a path. @default 64 */
  readonly maxDepth?: number;
  /** Bytes out for each byte in, looked at from 16 MiB out on. @default 200 */
  readonly maxRatio?: number;
}

/** How an archive is unpacked. */
export interface UnpackOptions extends UnpackLimits {
  /**
   * What a symlink in the archive does: it is left out, or makes the whole archive refused. Hard
   * links, devices and sparse files are always refused.
   * @default 'skip'
   */
  readonly symlinks?: 'skip' | 'refuse';
  /**
   * Puts the files into memory that worker threads can share: `shareTree` need not copy them.
   * @default false
   */
  readonly shared?: boolean;
  /** Looked at before each piece. */
  readonly signal?: AbortSignal;
}

const MAX_PATH_BYTES = 1024;
const RATIO_FLOOR = 16 * 1024 * 1024;

/**
 * Unpacks a `tar.gz`, or a plain tar, into memory. Nothing is written to a disk. Only files and
 * directories are taken; names that climb out, are absolute, come twice or would mean something
 * else on Windows make the archive refused.
 *
 * @throws {@link CoreError} `ARCHIVE_INVALID` (damaged), `ARCHIVE_UNSAFE` (an entry that is refused),
 * `ARCHIVE_LIMIT`; what the source throws; the reason of the signal.
 */
export async function unpackArchive(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  options: UnpackOptions = {},
): Promise<MemoryTree> {
  const { signal } = options;
  const { maxBytes = 256 * 1024 * 1024, maxRatio = 200 } = options;
  const collector = new TreeCollector(options);
  const reader = new TarReader(
    (entry) => collector.accepts(entry),
    (entry) => collector.add(entry),
    options.shared ? createSharedAllocator() : undefined,
  );
  // Headers and padding come on top of what the files hold.
  const maxTar = maxBytes + 2048 * ((options.maxEntries ?? 50_000) + 1);
  const meter = { in: 0, out: 0 };
  for await (const chunk of decompress(source, meter)) {
    signal?.throwIfAborted();
    meter.out += chunk.length;
    if (meter.out > maxTar)
      throw new CoreError('ARCHIVE_LIMIT', `the archive unpacks to more than ${maxTar} bytes`);
    if (meter.out > RATIO_FLOOR && meter.out > meter.in * maxRatio) {
      throw new CoreError('ARCHIVE_LIMIT', `the archive unpacks to more than ${maxRatio} times its size`);
    }
    reader.write(chunk);
  }
  reader.end();
  return collector.tree();
}

async function* decompress(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  meter: { in: number },
): AsyncGenerator<Uint8Array> {
  const pieces = source instanceof Uint8Array ? inPieces(source) : source;
  const iterator = pieces[Symbol.asyncIterator]();
  const counted = countBytes(iterator, meter);
  const first = await counted.next();
  if (first.done) throw new CoreError('ARCHIVE_INVALID', 'the archive is empty');
  const all = prepend(first.value, counted);
  if (first.value[0] !== 0x1f || (first.value.length > 1 && first.value[1] !== 0x8b)) yield* all;
  else yield* gunzip(all);
}

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: 128 * 1024 });
  const input = Readable.from(source, { objectMode: true, highWaterMark: 1 });
  let failure: unknown;
  input.on('error', (error) => {
    failure = error;
    stream.destroy(error);
  });
  input.pipe(stream);
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (failure !== undefined) throw failure;
    throw new CoreError('ARCHIVE_INVALID', 'the archive cannot be decompressed', { cause });
  } finally {
    input.destroy();
    stream.destroy();
  }
}

async function* countBytes(
  source: AsyncIterator<Uint8Array>,
  meter: { in: number },
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      if (next.value.length === 0) continue;
      meter.in += next.value.length;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}

async function* prepend(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* inPieces(data: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += 256 * 1024) yield data.subarray(at, at + 256 * 1024);
}

/** Judges entries and keeps what they hold. */
class TreeCollector {
  readonly #maxBytes: number;
  readonly #maxFileBytes: number;
  readonly #maxEntries: number;
  readonly #maxDepth: number;
  readonly #refuseSymlinks: boolean;
  readonly #files = new Set<string>();
  readonly #builder = new MemoryTreeBuilder();
  readonly #directories = new Set<string>();
  #entries = 0;
  #bytes = 0;

  constructor(options: UnpackOptions) {
    this.#maxBytes = options.maxBytes ?? 256 * 1024 * 1024;
    this.#maxFileBytes = options.maxFileBytes ?? 64 * 1024 * 1024;
    this.#maxEntries = options.maxEntries ?? 50_000;
    this.#maxDepth = options.maxDepth ?? 64;
    this.#refuseSymlinks = options.symlinks === 'refuse';
  }

  /** Throws for an entry that is refused; says whether it has a content to keep. */
  accepts(entry: TarEntry): boolean {
    if (++this.#entries > this.#maxEntries) throw limit(`more than ${this.#maxEntries} entries`);
    const path = this.#checkPath(entry.path);
    if (entry.type === 'symlink' && !this.#refuseSymlinks) return false;
    if (entry.type !== 'file' && entry.type !== 'directory') {
      throw unsafe(
        entry.path,
        entry.type === 'other' ? 'is a device or of an unknown type' : `is a ${entry.type}`,
      );
    }
    if (entry.type === 'directory') return this.#addDirectory(path);
    if (entry.size > this.#maxFileBytes) throw limit(`${path} has more than ${this.#maxFileBytes} bytes`);
    this.#bytes += entry.size;
    if (this.#bytes > this.#maxBytes) throw limit(`its files have more than ${this.#maxBytes} bytes`);
    if (path === '' || this.#files.has(path) || this.#directories.has(path))
      throw unsafe(entry.path, 'comes twice');
    this.#addParents(path);
    return true;
  }

  add(entry: TarEntry): void {
    if (entry.type !== 'file' || !entry.data) return;
    const path = normalizePath(entry.path) ?? '';
    this.#files.add(path);
    this.#builder.add(path, { data: entry.data, mode: (entry.mode & 0o111) === 0 ? 0o644 : 0o755 });
  }

  tree(): MemoryTree {
    return new MemoryTree(this.#builder);
  }

  #addDirectory(path: string): false {
    if (this.#files.has(path)) throw unsafe(path, 'comes twice');
    if (path !== '') {
      this.#addParents(path);
      this.#directories.add(path);
    }
    return false;
  }

  #addParents(path: string): void {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash);
      if (this.#directories.has(parent)) return;
      if (this.#files.has(parent)) throw unsafe(path, 'runs through a file');
      this.#directories.add(parent);
    }
  }

  #checkPath(path: string): string {
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw limit(`a path has more than ${MAX_PATH_BYTES} bytes`);
    if (path.startsWith('/')) throw unsafe(path, 'has an absolute path');
    if (path.split('/').includes('..')) throw unsafe(path, 'climbs out with ..');
    if (/[\0\\]/.test(path) || /^[A-Za-z]:/.test(path))
      throw unsafe(path, 'has a NUL, a backslash or a drive in its path');
    const normalized = normalizePath(path) ?? '';
    if (normalized.split('/').length > this.#maxDepth)
      throw limit(`a path has more than ${this.#maxDepth} parts`);
    return normalized;
  }
}

function unsafe(path: string, words: string): CoreError {
  return new CoreError('ARCHIVE_UNSAFE', `the archive is refused: ${JSON.stringify(path)} ${words}`);
}

function limit(words: string): CoreError {
  return new CoreError('ARCHIVE_LIMIT', `the archive is refused: ${words}`, {
    hint: 'Raise the limit if the archive is one that you trust.',
  });
}
