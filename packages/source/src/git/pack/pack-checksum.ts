import { createHash, type Hash } from 'node:crypto';
import type { ObjectFormat } from '../object-format.ts';

/** Computes the checksum of a pack as it comes in: of all but the last bytes, which state it. */
export class PackChecksum {
  readonly #hash: Hash;
  /** The last bytes that have come: as many as a checksum has, once there are so many. */
  #last: Uint8Array = new Uint8Array();
  readonly #size: number;

  constructor({ algorithm, size }: ObjectFormat) {
    this.#hash = createHash(algorithm);
    this.#size = size;
  }

  update(piece: Uint8Array): void {
    const known = this.#last.length + piece.length - this.#size;
    if (known > 0) {
      this.#hash.update(this.#last.subarray(0, known));
      this.#hash.update(piece.subarray(0, Math.max(0, known - this.#last.length)));
    }
    this.#last = Buffer.concat([this.#last, piece.subarray(-this.#size)]).subarray(-this.#size);
  }

  /** In hex. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
