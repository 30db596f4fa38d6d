/** Numbers that look random and are the same in every run. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number from 0 to 2^32 - 1 (splitmix32). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** An integer from 0 to below a bound. */
  below(bound: number): number {
    return this.next() % bound;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Letters and digits without a pattern: some 6 bits each. */
  text(length: number): string {
    const bytes = new Uint32Array(Math.ceil(length / 5));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.next();
    return Buffer.from(bytes.buffer).toString('base64url').slice(0, length);
  }
}
