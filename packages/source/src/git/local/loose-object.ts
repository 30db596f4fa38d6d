import { inflateSync } from 'node:zlib';
import { SourceError } from '../../errors.ts';
import type { GitObject, ObjectType } from '../object-format.ts';

/** Unpacks an object that has a file of its own: its kind, its size, a NUL, its content. */
export function parseLooseObject(id: string, compressed: Uint8Array, maxBytes: number): GitObject {
  let bytes: Buffer;
  try {
    bytes = inflateSync(compressed, { maxOutputLength: maxBytes + 64 });
  } catch (cause) {
    const isLarge = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    if (isLarge) throw new SourceError('GIT_LIMIT', `the object ${id} has more than ${maxBytes} bytes`);
    throw new SourceError('GIT_REPOSITORY_INVALID', `the object ${id} cannot be decompressed`, { cause });
  }
  const nul = bytes.indexOf(0);
  const header = /^(commit|tree|blob|tag) ([0-9]+)$/.exec(
    bytes.toString('latin1', 0, Math.min(Math.max(nul, 0), 64)),
  );
  const data = bytes.subarray(nul + 1);
  if (!header || Number(header[2]) !== data.length) {
    throw new SourceError('GIT_REPOSITORY_INVALID', `the object ${id} has no valid header`);
  }
  return { type: header[1] as ObjectType, data };
}
