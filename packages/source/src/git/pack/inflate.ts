import { inflateSync } from 'node:zlib';
import { damaged } from './entry-header.ts';
import { type Inflated, inflateByKeptEngine } from './kept-engine.ts';

/** The most bytes that so many bytes may take compressed: nothing gained, and a header for each block. */
export function compressedBound(size: number): number {
  // Writers may end a block after every byte; the common ones add less than this.
  return size + Math.ceil(size / 8) + 1024;
}

type WithInfo = (data: Uint8Array, options: object) => { buffer: Buffer; engine: { bytesWritten: number } };

/**
 * Unpacks one zlib stream that stands at the start of some bytes and has a known result size.
 *
 * @returns `undefined` where the bytes end before the stream does.
 * @throws `GIT_PROTOCOL` where the stream is damaged or has another size than was stated.
 */
export function inflateObject(input: Uint8Array, size: number): Inflated | undefined {
  return inflateByKeptEngine(input, size) ?? inflateAlone(input, size);
}

function inflateAlone(input: Uint8Array, size: number): Inflated | undefined {
  try {
    // One byte more than is due, so that zlib sees the end without asking for a second buffer.
    const { buffer, engine } = (inflateSync as unknown as WithInfo)(input, {
      info: true,
      chunkSize: Math.max(size + 1, 64),
      maxOutputLength: Math.max(size, 1),
    });
    if (buffer.length !== size) throw damaged(`states ${size} bytes for an object that has ${buffer.length}`);
    return { data: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'Z_BUF_ERROR') return undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw damaged(`states ${size} bytes for an object that has more`);
    if (code?.startsWith('Z_')) throw damaged('cannot be decompressed', error);
    throw error;
  }
}
