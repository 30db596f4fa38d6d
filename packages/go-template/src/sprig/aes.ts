import { base64 } from '../bytes/bit-encoding.ts';
import { libraries } from '#libraries';
import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { fromBytes, toBytes } from '../value/go-string.ts';
import type { RandomSource } from './random-source.ts';

const BLOCK = 16;

/** The key is the password itself, cut or filled with zeros. */
function keyOf(password: string): Uint8Array {
  const key = new Uint8Array(32);
  key.set(toBytes(password).subarray(0, 32));
  return key;
}

function encrypt(password: string, text: string, random: RandomSource): string {
  if (text === '') return '';
  const vector = random(BLOCK);
  const { cbc } = libraries.aes();
  const content = cbc(keyOf(password), vector).encrypt(toBytes(text));
  return base64.encode(Uint8Array.from([...vector, ...content]));
}

function decrypt(password: string, encoded: string): string {
  if (encoded === '') return '';
  const bytes = base64.decode(encoded);
  if (bytes.length < BLOCK) {
    throw new FunctionError(
      `runtime error: slice bounds out of range [:${BLOCK}] with capacity ${bytes.length}`,
    );
  }
  const content = bytes.subarray(BLOCK);
  if (content.length % BLOCK !== 0) throw new FunctionError('crypto/cipher: input not full blocks');
  if (content.length === 0) throw new FunctionError('runtime error: index out of range [-1]');
  const plain = libraries
    .aes()
    .cbc(keyOf(password), bytes.subarray(0, BLOCK), { disablePadding: true })
    .decrypt(content);
  // The peer takes the last byte for the length of the padding, whatever it is.
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new FunctionError(`runtime error: slice bounds out of range [:${end}]`);
  return fromBytes(plain.subarray(0, end));
}

/** Functions that encrypt with AES-256 in CBC mode. */
export function aesFunctions(random: RandomSource): FunctionMap {
  return {
    encryptAES: goFunction(['string', 'string'], (password: string, text: string) =>
      encrypt(password, text, random),
    ),
    decryptAES: goFunction(['string', 'string'], decrypt),
  };
}
