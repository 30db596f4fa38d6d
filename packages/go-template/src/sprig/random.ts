import { base64 } from '../bytes/bit-encoding.ts';
import { FunctionError } from '../errors.ts';
import { countWork } from '../execute/limits.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { randomBelow, type RandomSource } from './random-source.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
/** What can be printed. */
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

/** Functions whose results are left to chance. */
export function randomFunctions(random: RandomSource): FunctionMap {
  const textOf = (alphabet: string) =>
    goFunction(['int'], (count: bigint) => {
      if (count < 0n) return '';
      countWork(Number(count));
      return Array.from({ length: Number(count) }, () => alphabet[randomBelow(alphabet.length, random)]).join(
        '',
      );
    });
  return {
    randAlphaNum: textOf(LETTERS + DIGITS),
    randAlpha: textOf(LETTERS),
    randNumeric: textOf(DIGITS),
    randAscii: textOf(ASCII),
    randInt: goFunction(['int', 'int'], (least: bigint, limit: bigint) => {
      const span = Number(limit - least);
      if (span <= 0 || span > 2 ** 32) throw new FunctionError('invalid argument to Intn');
      return least + BigInt(randomBelow(span, random));
    }),
    randBytes: goFunction(['int'], (count: bigint) => {
      if (count < 0n) throw new FunctionError('runtime error: makeslice: len out of range');
      countWork(Number(count));
      return base64.encode(random(Number(count)));
    }),
    shuffle: goFunction(['string'], (text: string) => shuffle(Array.from(text), random).join('')),
    uuidv4: goFunction([], () => uuid(random(16))),
  };
}

function shuffle<T>(items: T[], random: RandomSource): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomBelow(i + 1, random);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** A UUID of version 4 (RFC 9562). */
function uuid(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
