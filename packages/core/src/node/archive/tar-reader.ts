import { CoreError } from '../../core-errors.ts';
import { BLOCK_SIZE, checksumOf, paddedSize } from './tar-header.ts';

/** Long names and pax records; more than this is an attack. */
const MAX_METADATA = 64 * 1024;

/** Records in front of one entry: honest writers need three. */
const MAX_METADATA_IN_A_ROW = 16;

/** The kinds of entries, after their type flags. */
export type TarEntryType = 'file' | 'directory' | 'symlink' | 'link' | 'other';

/** An entry of a tar as it was written, not yet judged. */
export interface TarEntry {
  readonly path: string;
  readonly type: TarEntryType;
  readonly mode: number;
  readonly size: number;
  readonly linkTarget: string;
  /** The content, once it is asked for and read; absent for entries that were not. */
  readonly data?: Uint8Array;
}

/** Says whether an entry's content is to be kept, or throws to refuse it. */
export type EntryGuard = (entry: TarEntry) => boolean;

const TYPES: ReadonlyMap<string, TarEntryType> = new Map<string, TarEntryType>([
  ['\0', 'file'],
  ['0', 'file'],
  ['7', 'file'],
  ['5', 'directory'],
  ['2', 'symlink'],
  ['1', 'link'],
]);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a tar that comes in pieces: ustar, pax and GNU long names. Metadata is bounded; contents
 * are bounded by the guard, which is asked before the first of their bytes is kept.
 */
export class TarReader {
  readonly #guard: EntryGuard;
  readonly #onEntry: (entry: TarEntry) => void;
  readonly #allocate: (length: number) => Uint8Array;
  readonly #block = new Uint8Array(BLOCK_SIZE);
  #filled = 0;
  #content: { entry: TarEntry; target: Uint8Array | undefined; metadata: string; read: number } | undefined;
  #padding = 0;
  #zeroBlocks = 0;
  #metadataInARow = 0;
  #nextPath: string | undefined;
  #nextLink: string | undefined;
  #nextSize: number | undefined;

  /** @param allocate Gives the memory of contents. */
  constructor(
    guard: EntryGuard,
    onEntry: (entry: TarEntry) => void,
    allocate: (length: number) => Uint8Array = (length) => new Uint8Array(length),
  ) {
    this.#guard = guard;
    this.#onEntry = onEntry;
    this.#allocate = allocate;
  }

  /** Takes the next piece. Throws {@link CoreError} `ARCHIVE_INVALID` or `ARCHIVE_LIMIT`, and what the guard throws. */
  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#ended) return;
      if (this.#content) at = this.#readContent(chunk, at);
      else if (this.#padding > 0) at = this.#skipPadding(chunk, at);
      else at = this.#readBlock(chunk, at);
    }
  }

  /** Ends the reading: throws `ARCHIVE_INVALID` where the archive stops in the middle of an entry. */
  end(): void {
    // Some writers leave out the blocks of zeros at the end: only half an entry is an error.
    if (!this.#ended && (this.#content || this.#padding > 0 || this.#filled > 0)) {
      throw new CoreError('ARCHIVE_INVALID', 'the archive ends in the middle of an entry');
    }
  }

  /** What follows the two blocks of zeros is padding. */
  get #ended(): boolean {
    return this.#zeroBlocks >= 2;
  }

  #readBlock(chunk: Uint8Array, at: number): number {
    const take = Math.min(BLOCK_SIZE - this.#filled, chunk.length - at);
    this.#block.set(chunk.subarray(at, at + take), this.#filled);
    this.#filled += take;
    if (this.#filled === BLOCK_SIZE) {
      this.#filled = 0;
      this.#startEntry(this.#block);
    }
    return at + take;
  }

  #startEntry(block: Uint8Array): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks++;
      return;
    }
    this.#zeroBlocks = 0;
    if (readNumber(block, 148, 8) !== checksumOf(block)) {
      throw new CoreError('ARCHIVE_INVALID', 'a header of the archive has a wrong checksum', {
        hint: 'The file is damaged, or is not a tar archive.',
      });
    }
    const flag = String.fromCharCode(block[156] ?? 0);
    const size = readNumber(block, 124, 12);
    if ('xgLK'.includes(flag)) return this.#startMetadata(flag, size);
    this.#metadataInARow = 0;
    const path = this.#nextPath ?? headerPath(block);
    const declared = this.#nextSize ?? size;
    // A pre-POSIX writer marks a directory by the slash at its end alone.
    const type = TYPES.get(flag) ?? 'other';
    const entry: TarEntry = {
      path,
      type: type === 'file' && path.endsWith('/') ? 'directory' : type,
      mode: readNumber(block, 100, 8) & 0o777,
      size: type === 'file' ? declared : 0,
      linkTarget: this.#nextLink ?? readText(block, 157, 100),
    };
    this.#nextPath = this.#nextLink = this.#nextSize = undefined;
    const keep = this.#guard(entry);
    // The size field of links and directories is without meaning to some writers; of others it counts.
    const length = type === 'file' || type === 'other' ? declared : 0;
    this.#begin(entry, length, keep && entry.type === 'file', '');
  }

  #startMetadata(flag: string, size: number): void {
    if (size > MAX_METADATA) {
      throw new CoreError(
        'ARCHIVE_LIMIT',
        `a header of the archive has ${size} bytes; the limit is ${MAX_METADATA}`,
      );
    }
    if (++this.#metadataInARow > MAX_METADATA_IN_A_ROW) {
      throw new CoreError(
        'ARCHIVE_LIMIT',
        `an entry of the archive has more than ${MAX_METADATA_IN_A_ROW} records in front of it`,
      );
    }
    const entry: TarEntry = { path: '', type: 'other', mode: 0, size, linkTarget: '' };
    this.#begin(entry, size, true, flag);
  }

  #begin(entry: TarEntry, length: number, keep: boolean, metadata: string): void {
    this.#content = {
      entry: { ...entry, size: length },
      target: keep ? (metadata === '' ? this.#allocate(length) : new Uint8Array(length)) : undefined,
      metadata,
      read: 0,
    };
    this.#padding = paddedSize(length) - length;
    if (length === 0) this.#finishContent();
  }

  #readContent(chunk: Uint8Array, at: number): number {
    const content = this.#content!;
    const take = Math.min(content.entry.size - content.read, chunk.length - at);
    content.target?.set(chunk.subarray(at, at + take), content.read);
    content.read += take;
    if (content.read === content.entry.size) this.#finishContent();
    return at + take;
  }

  #finishContent(): void {
    const { entry, target, metadata } = this.#content!;
    this.#content = undefined;
    if (metadata === '') this.#onEntry(target ? { ...entry, data: target } : entry);
    else this.#takeMetadata(metadata, target ?? new Uint8Array());
  }

  #takeMetadata(flag: string, data: Uint8Array): void {
    if (flag === 'g') return;
    if (flag === 'L') this.#nextPath = readText(data, 0, data.length);
    else if (flag === 'K') this.#nextLink = readText(data, 0, data.length);
    else this.#takePax(readPax(data));
  }

  #takePax(records: ReadonlyMap<string, string>): void {
    for (const key of records.keys()) {
      if (key.startsWith('GNU.sparse'))
        throw new CoreError('ARCHIVE_UNSAFE', 'the archive holds a sparse file');
    }
    this.#nextPath = records.get('path') ?? this.#nextPath;
    this.#nextLink = records.get('linkpath') ?? this.#nextLink;
    const size = records.get('size');
    if (size === undefined) return;
    if (!/^[0-9]{1,15}$/.test(size))
      throw new CoreError('ARCHIVE_INVALID', 'a pax record of the archive has no valid size');
    this.#nextSize = Number(size);
  }

  #skipPadding(chunk: Uint8Array, at: number): number {
    const take = Math.min(this.#padding, chunk.length - at);
    this.#padding -= take;
    return at + take;
  }
}

function headerPath(block: Uint8Array): string {
  const name = readText(block, 0, 100);
  // Old GNU headers keep times where ustar keeps the prefix.
  const prefix = readText(block, 257, 8).startsWith('ustar ')
    ? ''
    : isUstar(block)
      ? readText(block, 345, 155)
      : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function isUstar(block: Uint8Array): boolean {
  return readText(block, 257, 6) === 'ustar';
}

/** Text up to the first NUL. */
function readText(block: Uint8Array, offset: number, width: number): string {
  const field = block.subarray(offset, offset + width);
  const end = field.indexOf(0);
  return decode(end < 0 ? field : field.subarray(0, end));
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new CoreError('ARCHIVE_INVALID', 'a name in the archive is not UTF-8', { cause });
  }
}

/** An octal number, or, for sizes from 8 GiB on, a binary one marked by the top bit. */
function readNumber(block: Uint8Array, offset: number, width: number): number {
  const field = block.subarray(offset, offset + width);
  if (((field[0] ?? 0) & 0x80) !== 0) return readBinary(field);
  const text = readText(block, offset, width).trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text))
    throw new CoreError('ARCHIVE_INVALID', 'a header of the archive has no valid number');
  return Number.parseInt(text, 8);
}

function readBinary(field: Uint8Array): number {
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  // The sign bit set, or more than any content may have.
  if (((field[0] ?? 0) & 0x40) !== 0 || !Number.isSafeInteger(value)) {
    throw new CoreError('ARCHIVE_INVALID', 'a header of the archive has a number out of range');
  }
  return value;
}

function readPax(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number(decode(data.subarray(at, Math.max(space, at))) || Number.NaN);
    const record = data.subarray(space + 1, at + length);
    const equals = record.indexOf(0x3d);
    const isWhole = space > at && Number.isInteger(length) && space - at < 8 && at + length <= data.length;
    if (!isWhole || equals < 1 || record.at(-1) !== 0x0a) {
      throw new CoreError('ARCHIVE_INVALID', 'a pax record of the archive cannot be read');
    }
    const key = decode(record.subarray(0, equals));
    const value = decode(record.subarray(equals + 1, -1));
    if (value.includes('\0'))
      throw new CoreError('ARCHIVE_UNSAFE', `the pax record ${key} of the archive holds a NUL`);
    records.set(key, value);
    at += length;
  }
  return records;
}
