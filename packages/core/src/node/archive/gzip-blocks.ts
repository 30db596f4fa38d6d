import { crc32 } from 'node:zlib';
import { inBlocks, newBlock } from './blocks.ts';
import { DeflateEngines } from './deflate-engines.ts';

/** Twice as many as Node's pool has threads, so that none has to wait while this one is at something else. */
const IN_FLIGHT = 8;
/** The last block of a stream, with nothing in it (RFC 1951, section 3.2.6). */
const END_OF_STREAM = Uint8Array.of(0x03, 0x00);

/**
 * Compresses pieces as one gzip member (RFC 1952) on the threads of Node's pool: in blocks of a fixed size, each by itself,
 * so that the result depends on the bytes and the level alone.
 *
 * @throws What the pieces throw.
 */
export async function* gzipBlocks(pieces: Iterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  yield header(level);
  using engines = new DeflateEngines(level);
  const idle: Buffer[] = [];
  const underway: Promise<Uint8Array[]>[] = [];
  let [checksum, size] = [0, 0];
  for (const { buffer, length } of inBlocks(pieces, () => idle.pop() ?? newBlock())) {
    const block = buffer.subarray(0, length);
    checksum = crc32(block, checksum);
    size += length;
    const compressed = engines.deflate(block).finally(() => idle.push(buffer));
    // Where nobody waits for it any more there is nobody to tell.
    compressed.catch(() => {});
    underway.push(compressed);
    if (underway.length >= IN_FLIGHT) yield* (await underway.shift()) ?? [];
  }
  for (const compressed of underway) yield* await compressed;
  yield END_OF_STREAM;
  yield trailer(checksum, size);
}

/** Nothing but the content tells archives apart: no time, no name, and 255, "unknown", for the operating system. */
function header(level: number): Uint8Array {
  const effort = level === 9 ? 2 : level === 1 ? 4 : 0;
  return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, 0xff);
}

function trailer(checksum: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
