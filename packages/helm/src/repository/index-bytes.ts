import { createHasher, type Digest, type Hasher } from '@gitops-toolkit/core';
import { HelmError } from '../errors.ts';

const FIRST_CAPACITY = 64 * 1024;
const GROWTH = 4;

/** The bytes of an index while they come in, bounded, with their digest. */
export class IndexBytes {
  readonly #limit: number;
  readonly #hasher: Hasher = createHasher();
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #filled = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What came in so far; another view, or a copy, after each {@link IndexBytes.add}. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#filled);
  }

  /** @throws HelmError `HELM_LIMIT` before a byte over the limit is kept. */
  add(chunk: Uint8Array): void {
    const length = this.#filled + chunk.length;
    if (length > this.#limit) throw tooLarge(this.#limit);
    this.#grow(length);
    this.#hasher.update(chunk);
    this.#buffer.set(chunk, this.#filled);
    this.#filled = length;
  }

  /** Ends the hash, and gives back what was allocated beyond the content where that is much. */
  finish(): { bytes: Uint8Array; digest: Digest } {
    const isLoose = this.#filled < this.#buffer.length / 2;
    const bytes = isLoose ? this.bytes.slice() : this.bytes;
    return { bytes, digest: `sha256:${this.#hasher.hex()}` };
  }

  /** In large steps: memory that was not written to is not there yet, but each copy is. */
  #grow(length: number): void {
    if (length <= this.#buffer.length) return;
    let capacity = this.#buffer.length;
    while (capacity < length) capacity *= GROWTH;
    const larger = new Uint8Array(Math.min(capacity, this.#limit));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}

function tooLarge(limit: number): HelmError {
  return new HelmError('HELM_LIMIT', `the index of the repository is larger than ${limit} bytes`, {
    hint: 'Ask for a smaller index, or raise limits.indexBytes.',
  });
}
