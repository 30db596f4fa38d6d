import { SourceError } from '../../errors.ts';
import { damaged } from './entry-header.ts';

/**
 * Builds an object from its base and a delta: copies from the base, and bytes of its own.
 *
 * @param maxBytes The result's size is checked against this before anything is allocated.
 * @throws `GIT_PROTOCOL` for a delta that does not fit the base; `GIT_LIMIT`.
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Uint8Array {
  const reader = { at: 0 };
  if (readSize(delta, reader) !== base.length) throw damaged('holds a delta for a base of another size');
  const size = readSize(delta, reader);
  if (size > maxBytes)
    throw new SourceError('GIT_LIMIT', `an object has ${size} bytes; the limit is ${maxBytes}`);
  const target = Buffer.allocUnsafe(size);
  let at = reader.at;
  let written = 0;
  while (at < delta.length) {
    const command = delta[at++] ?? 0;
    let length: number;
    if ((command & 0x80) !== 0) {
      let offset = 0;
      length = 0;
      if (command & 0x01) offset = delta[at++] ?? 0;
      if (command & 0x02) offset |= (delta[at++] ?? 0) << 8;
      if (command & 0x04) offset |= (delta[at++] ?? 0) << 16;
      if (command & 0x08) offset += (delta[at++] ?? 0) * 0x100_0000;
      if (command & 0x10) length = delta[at++] ?? 0;
      if (command & 0x20) length |= (delta[at++] ?? 0) << 8;
      if (command & 0x40) length |= (delta[at++] ?? 0) << 16;
      if (length === 0) length = 0x10000;
      if (offset + length > base.length || written + length > size)
        throw damaged('holds a delta that copies too far');
      target.set(base.subarray(offset, offset + length), written);
    } else {
      length = command;
      if (length === 0) throw damaged('holds a delta with a reserved command');
      if (at + length > delta.length || written + length > size)
        throw damaged('holds a delta that adds too much');
      target.set(delta.subarray(at, at + length), written);
      at += length;
    }
    written += length;
  }
  if (at !== delta.length || written !== size) throw damaged('holds a delta that ends too early');
  return target;
}

function readSize(delta: Uint8Array, reader: { at: number }): number {
  let size = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = delta[reader.at++];
    if (byte === undefined) throw damaged('holds a delta without sizes');
    size += (byte & 0x7f) * scale;
    if (!Number.isSafeInteger(size)) throw damaged('holds a delta of an impossible size');
    if ((byte & 0x80) === 0) return size;
  }
}
