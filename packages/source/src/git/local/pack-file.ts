import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import type { GitObject, ObjectFormat } from '../object-format.ts';
import { applyDelta } from '../pack/delta.ts';
import { type EntryHeader, MAX_ENTRY_HEADER, readEntryHeader } from '../pack/entry-header.ts';
import { compressedBound, inflateObject } from '../pack/inflate.ts';
import { PackIndex } from './pack-index.ts';

/** Bases are shared by many deltas, most of them close to each other. */
const CACHE_BYTES = 16 * 1024 * 1024;

/** A pack on disk with its index: objects are read one by one, where they stand. */
export class PackFile {
  readonly #path: string;
  readonly #format: ObjectFormat;
  readonly #limits: Required<GitLimits>;
  readonly #cache = new Map<number, GitObject>();
  #cached = 0;
  #index: PackIndex | undefined;
  #file: { readonly fd: number; readonly size: number } | undefined;

  /** @param path Of the pack without `.pack`. */
  constructor(path: string, format: ObjectFormat, limits: Required<GitLimits>) {
    this.#path = path;
    this.#format = format;
    this.#limits = limits;
  }

  /** @param external Finds bases that are in no pack of their own. */
  get(id: string, external: (id: string) => GitObject | undefined): GitObject | undefined {
    this.#index ??= new PackIndex(readFileSync(`${this.#path}.idx`), this.#format, this.#path);
    const offset = this.#index.offsetOf(id);
    return offset === undefined ? undefined : this.#read(offset, external);
  }

  close(): void {
    if (this.#file) closeSync(this.#file.fd);
    this.#file = undefined;
    this.#cache.clear();
    this.#cached = 0;
  }

  /** Goes down to the base, then up again through the deltas; no recursion, and no way round in a circle. */
  #read(offset: number, external: (id: string) => GitObject | undefined): GitObject {
    const deltas: { offset: number; data: Uint8Array }[] = [];
    let at = offset;
    let object: GitObject | undefined;
    while (!object) {
      object = this.#cache.get(at);
      if (object) break;
      const { header, data } = this.#readEntry(at);
      if (header.type !== 'offset-delta' && header.type !== 'id-delta') {
        object = { type: header.type, data };
        this.#remember(at, object);
        break;
      }
      deltas.push({ offset: at, data });
      if (deltas.length > this.#limits.maxDeltaDepth) {
        throw new SourceError(
          'GIT_LIMIT',
          `${this.#path}.pack holds chains of more than ${this.#limits.maxDeltaDepth} deltas`,
        );
      }
      const place =
        header.type === 'offset-delta' ? at - header.distance : this.#index?.offsetOf(header.base);
      if (place === undefined) {
        object = external(header.base);
        if (!object) throw this.#invalid('holds a delta without a base');
      } else if (place < 12 || place === at) {
        throw this.#invalid('holds a delta without a base');
      } else {
        at = place;
      }
    }
    for (let delta = deltas.pop(); delta; delta = deltas.pop()) {
      object = { type: object.type, data: applyDelta(object.data, delta.data, this.#limits.maxObjectBytes) };
      this.#remember(delta.offset, object);
    }
    return object;
  }

  #readEntry(offset: number): { header: EntryHeader; data: Uint8Array } {
    const head = this.#bytes(offset, MAX_ENTRY_HEADER);
    const header = readEntryHeader(head, 0, this.#format);
    if (header.size > this.#limits.maxObjectBytes) {
      throw new SourceError(
        'GIT_LIMIT',
        `an object has ${header.size} bytes; the limit is ${this.#limits.maxObjectBytes}`,
      );
    }
    const start = offset + header.length;
    // Most objects take less than half of their size; the bound is there for those that do not.
    const first = inflateObject(this.#bytes(start, Math.ceil(header.size / 2) + 128), header.size);
    const inflated = first ?? inflateObject(this.#bytes(start, compressedBound(header.size)), header.size);
    if (!inflated) throw this.#invalid('ends in the middle of an object');
    return { header, data: inflated.data };
  }

  #bytes(offset: number, length: number): Buffer {
    this.#file ??= this.#open();
    const available = Math.max(0, Math.min(length, this.#file.size - offset));
    const buffer = Buffer.allocUnsafe(available);
    const read = readSync(this.#file.fd, buffer, 0, available, offset);
    return buffer.subarray(0, read);
  }

  #open(): { fd: number; size: number } {
    const fd = openSync(`${this.#path}.pack`, 'r');
    return { fd, size: fstatSync(fd).size };
  }

  #remember(offset: number, object: GitObject): void {
    if (object.data.length > CACHE_BYTES / 8) return;
    this.#cache.set(offset, object);
    this.#cached += object.data.length;
    for (const [place, oldest] of this.#cache) {
      if (this.#cached <= CACHE_BYTES) return;
      this.#cache.delete(place);
      this.#cached -= oldest.data.length;
    }
  }

  #invalid(words: string): SourceError {
    return new SourceError('GIT_REPOSITORY_INVALID', `${this.#path}.pack ${words}`);
  }
}
