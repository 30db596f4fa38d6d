/** SHA-256 in JavaScript, for where `node:crypto` is not: several times slower, the same answer. */
export class Sha256 {
  readonly #state = new Int32Array([
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]);
  readonly #block = new Uint8Array(64);
  readonly #schedule = new Int32Array(64);
  readonly #constants = roundConstants();
  #filled = 0;
  #length = 0;

  /** Adds bytes; may be called any number of times before {@link Sha256.hex}. */
  update(data: Uint8Array): this {
    this.#length += data.length;
    let offset = 0;
    if (this.#filled > 0) {
      offset = Math.min(64 - this.#filled, data.length);
      this.#block.set(data.subarray(0, offset), this.#filled);
      this.#filled += offset;
      if (this.#filled < 64) return this;
      this.#compress(this.#block, 0);
      this.#filled = 0;
    }
    for (; offset + 64 <= data.length; offset += 64) this.#compress(data, offset);
    this.#block.set(data.subarray(offset));
    this.#filled = data.length - offset;
    return this;
  }

  /** Ends the hash: 64 lower-case hexadecimal digits. Nothing may be added afterwards. */
  hex(): string {
    const length = this.#length;
    const padding = new Uint8Array((this.#filled < 56 ? 56 : 120) - this.#filled + 8);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 0x2000_0000));
    view.setUint32(padding.length - 4, (length << 3) >>> 0);
    this.update(padding);
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #compress(data: Uint8Array, offset: number): void {
    const w = this.#schedule;
    const h = this.#state;
    const constants = this.#constants;
    for (let i = 0; i < 16; i++, offset += 4) {
      w[i] = (data[offset]! << 24) | (data[offset + 1]! << 16) | (data[offset + 2]! << 8) | data[offset + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let [a, b, c, d, e, f, g, k] = h as unknown as Eight;
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [k, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    const after = [a, b, c, d, e, f, g, k];
    for (let i = 0; i < 8; i++) h[i] = (h[i]! + after[i]!) | 0;
  }
}

type Eight = [number, number, number, number, number, number, number, number];

function rotate(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

let knownConstants: Int32Array | undefined;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
function roundConstants(): Int32Array {
  return (knownConstants ??= Int32Array.from(firstPrimes(64), (prime) => cubeRootFraction(prime)));
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

function cubeRootFraction(prime: number): number {
  // Exact in integers, as doubles of some engines' cbrt differ in the last bit: floor(cbrt(p) * 2^32).
  const target = BigInt(prime) << 96n;
  let root = 0n;
  for (let bit = 1n << 35n; bit > 0n; bit >>= 1n) {
    if ((root + bit) ** 3n <= target) root += bit;
  }
  return Number(BigInt.asIntN(32, root));
}
