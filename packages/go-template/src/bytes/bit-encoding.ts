import { FunctionError } from '../errors.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An encoding of bytes by groups of bits, filled up with `=`. */
export class BitEncoding {
  readonly #name: string;
  readonly #alphabet: string;
  readonly #bits: number;
  /** Characters a group. */
  readonly #group: number;

  constructor(name: string, alphabet: string, bits: number, group: number) {
    this.#name = name;
    this.#alphabet = alphabet;
    this.#bits = bits;
    this.#group = group;
  }

  encode(bytes: Uint8Array): string {
    const characters: string[] = [];
    let [buffer, held] = [0, 0];
    for (const byte of bytes) {
      buffer = (buffer << 8) | byte;
      for (held += 8; held >= this.#bits; held -= this.#bits) {
        characters.push(this.#alphabet[(buffer >> (held - this.#bits)) & ((1 << this.#bits) - 1)] ?? '');
      }
      buffer &= (1 << held) - 1;
    }
    if (held > 0)
      characters.push(this.#alphabet[(buffer << (this.#bits - held)) & ((1 << this.#bits) - 1)] ?? '');
    while (characters.length % this.#group !== 0) characters.push('=');
    return characters.join('');
  }

  /** Line ends do not count. @throws FunctionError with Go's message */
  decode(text: string): Uint8Array {
    const bytes: number[] = [];
    let [buffer, held, taken, padding, groupStart] = [0, 0, 0, 0, 0];
    for (let at = 0; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character === '\n' || character === '\r') continue;
      if ((taken + padding) % this.#group === 0) groupStart = at;
      if (character === '=') {
        if (!this.#mayPad(taken, padding)) throw this.#corrupt(at);
        padding++;
        continue;
      }
      const value = this.#alphabet.indexOf(character);
      if (value < 0 || padding > 0) throw this.#corrupt(at);
      taken++;
      buffer = (buffer << this.#bits) | value;
      held += this.#bits;
      if (held >= 8) {
        held -= 8;
        bytes.push((buffer >> held) & 0xff);
      }
      buffer &= (1 << held) - 1;
    }
    if ((taken + padding) % this.#group !== 0) throw this.#corrupt(groupStart);
    return Uint8Array.from(bytes);
  }

  #mayPad(taken: number, padding: number): boolean {
    const inGroup = taken % this.#group;
    const isPossible = this.#group === 4 ? inGroup >= 2 : [2, 4, 5, 7].includes(inGroup);
    return isPossible && inGroup + padding < this.#group;
  }

  #corrupt(at: number): FunctionError {
    return new FunctionError(`illegal ${this.#name} data at input byte ${at}`);
  }
}

/** Base64 as of RFC 4648. */
export const base64: BitEncoding = new BitEncoding('base64', BASE64, 6, 4);
/** Base32 as of RFC 4648. */
export const base32: BitEncoding = new BitEncoding('base32', BASE32, 5, 8);

/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}
