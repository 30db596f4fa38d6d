import { SourceError } from '../../errors.ts';
import type { ObjectFormat } from '../object-format.ts';

const FANOUT_BYTES = 256 * 4;

/** The index of a pack: from ids to places, by binary search. Version 2, which git has written since 2007. */
export class PackIndex {
  readonly #data: Buffer;
  readonly #format: ObjectFormat;
  readonly #count: number;
  readonly #path: string;

  constructor(data: Buffer, format: ObjectFormat, path: string) {
    this.#data = data;
    this.#format = format;
    this.#path = path;
    if (
      data.length < 8 + FANOUT_BYTES ||
      data.readUInt32BE(0) !== 0xff74_4f63 ||
      data.readUInt32BE(4) !== 2
    ) {
      throw this.#invalid('is not an index of version 2');
    }
    this.#count = data.readUInt32BE(8 + FANOUT_BYTES - 4);
    // Ids, checksums, places, and the checksums of pack and index.
    if (data.length < 8 + FANOUT_BYTES + this.#count * (format.size + 8) + 2 * format.size) {
      throw this.#invalid('is shorter than it says');
    }
  }

  /** The place of an object in the pack. */
  offsetOf(id: string): number | undefined {
    const { size } = this.#format;
    const wanted = Buffer.from(id, 'hex');
    if (wanted.length !== size) return undefined;
    const first = wanted[0] ?? 0;
    let low = first === 0 ? 0 : this.#fanout(first - 1);
    let high = Math.min(this.#fanout(first), this.#count);
    const ids = 8 + FANOUT_BYTES;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = ids + middle * size;
      const order = wanted.compare(this.#data, start, start + size);
      if (order === 0) return this.#place(middle);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  #fanout(byte: number): number {
    return this.#data.readUInt32BE(8 + byte * 4);
  }

  #place(at: number): number {
    const places = 8 + FANOUT_BYTES + this.#count * (this.#format.size + 4);
    const place = this.#data.readUInt32BE(places + at * 4);
    if (place < 0x8000_0000) return place;
    // Packs of more than 2 GiB keep large places in a table of their own.
    const large = places + this.#count * 4 + (place - 0x8000_0000) * 8;
    if (large + 8 > this.#data.length) throw this.#invalid('names a place outside of itself');
    return Number(this.#data.readBigUInt64BE(large));
  }

  #invalid(words: string): SourceError {
    return new SourceError('GIT_REPOSITORY_INVALID', `${this.#path}.idx ${words}`);
  }
}
