import { constants, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../digest.ts';
import { gzipBlocks } from './gzip-blocks.ts';

async function gzip(pieces: Iterable<Uint8Array>, level = 1): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of gzipBlocks(pieces, level)) found.push(piece);
  return Buffer.concat(found);
}

/** Bytes that compress, but not to nothing. */
const bytesOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => ((i * 2_654_435_761) >>> 28) + 97));

describe('gzip in blocks', () => {
  const block = 128 * 1024;
  it.each([0, 1, block - 1, block, block + 1, 3 * block, 20 * block + 5])(
    'is gzip of %i bytes',
    async (length) => {
      const bytes = bytesOf(length);
      expect(gunzipSync(await gzip([bytes])).equals(bytes)).toBe(true);
    },
  );

  it('is the same however the bytes come in, and on however many threads', async () => {
    const bytes = bytesOf(1_000_000);
    const pieces = Array.from({ length: 1000 }, (_, i) => bytes.subarray(i * 1000, (i + 1) * 1000));
    expect(sha256Hex(await gzip(pieces))).toBe(sha256Hex(await gzip([bytes])));
    // One member, which ends where the bytes do: no reader sees the blocks.
    const cut = (await gzip([bytes])).subarray(0, -1);
    expect(() => gunzipSync(cut)).toThrow('unexpected end of file');
    const lenient = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(lenient.length).toBe(bytes.length);
  });

  it.each([1, 6, 9])('takes level %i', async (level) => {
    const bytes = bytesOf(300_000);
    const packed = await gzip([bytes], level);
    expect(packed.length).toBeLessThan(bytes.length);
    expect(gunzipSync(packed).equals(bytes)).toBe(true);
    // No time, and no operating system.
    expect([...packed.subarray(0, 8), packed[9]]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0xff]);
  });

  it('throws what the pieces throw, and ends where nobody reads on', async () => {
    const pieces = function* () {
      yield bytesOf(1_000_000);
      throw new Error('the file went away');
    };
    await expect(gzip(pieces())).rejects.toThrow('the file went away');
    let isClosed = false;
    const endless = function* () {
      try {
        for (;;) yield bytesOf(block);
      } finally {
        isClosed = true;
      }
    };
    for await (const piece of gzipBlocks(endless(), 1)) if (piece.length > 100) break;
    expect(isClosed).toBe(true);
  });
});
