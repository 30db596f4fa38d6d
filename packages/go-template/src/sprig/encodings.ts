import { base32, base64, type BitEncoding } from '../bytes/bit-encoding.ts';
import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { fromBytes, toBytes } from '../value/go-string.ts';

/** Sprig gives the text of the error in place of the data. */
function decodeWith(encoding: BitEncoding): (text: string) => string {
  return (text) => {
    try {
      return fromBytes(encoding.decode(text));
    } catch (error) {
      if (error instanceof FunctionError) return error.message;
      throw error;
    }
  };
}

/** Functions for bytes as text. */
export const encodingFunctions: FunctionMap = {
  b64enc: goFunction(['string'], (text: string) => base64.encode(toBytes(text))),
  b64dec: goFunction(['string'], decodeWith(base64)),
  b32enc: goFunction(['string'], (text: string) => base32.encode(toBytes(text))),
  b32dec: goFunction(['string'], decodeWith(base32)),
};
