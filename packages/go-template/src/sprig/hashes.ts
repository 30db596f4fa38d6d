import { libraries } from '#libraries';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { toBytes } from '../value/go-string.ts';

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** `adler32`, as a decimal number. */
function adler32(bytes: Uint8Array): string {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return String(b * 65_536 + a);
}

/** Digests of texts. */
export const hashFunctions: FunctionMap = {
  sha1sum: goFunction(['string'], (text: string) => hex(libraries.digest('sha1', toBytes(text)))),
  sha256sum: goFunction(['string'], (text: string) => hex(libraries.digest('sha256', toBytes(text)))),
  sha512sum: goFunction(['string'], (text: string) => hex(libraries.digest('sha512', toBytes(text)))),
  adler32sum: goFunction(['string'], (text: string) => adler32(toBytes(text))),
};
