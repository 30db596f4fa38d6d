import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WriteBehind } from './write-behind.ts';

const folder = await mkdtemp(join(tmpdir(), 'write-behind-'));
afterAll(() => rm(folder, { recursive: true }));

/** Some 5 MB: tiny pieces, empty ones, and one that is larger than what is written in one go. */
const PIECES = [1, 0, 300_000, 7, 2_500_000, ...Array.from({ length: 3000 }, (_, n) => n % 1500)].map(
  (size) => randomBytes(size),
);

async function written(through: (file: FileHandle) => FileHandle): Promise<Buffer> {
  const path = join(folder, randomBytes(4).toString('hex'));
  await using file = await open(path, 'wx');
  const writer = new WriteBehind(through(file));
  for (const piece of PIECES) await writer.add(piece);
  await writer.finish();
  return readFile(path);
}

describe('WriteBehind', () => {
  it('writes all pieces in their order', async () => {
    expect((await written((file) => file)).equals(Buffer.concat(PIECES))).toBe(true);
  });

  it('goes on where the system takes less than it is given', async () => {
    const short = (file: FileHandle) =>
      ({
        writev: async (pieces: readonly Uint8Array[]) => {
          const all = Buffer.concat(pieces);
          const { bytesWritten } = await file.write(all.subarray(0, Math.floor(all.length / 3)));
          return { bytesWritten };
        },
        write: (piece: Uint8Array, at: number) => file.write(piece, at, Math.min(1000, piece.length - at)),
      }) as unknown as FileHandle;
    expect((await written(short)).equals(Buffer.concat(PIECES))).toBe(true);
  });

  it('tells whoever goes on that a write has failed, and nobody else', async () => {
    const full = { writev: () => Promise.reject(new Error('ENOSPC')) } as unknown as FileHandle;
    const writer = new WriteBehind(full);
    await writer.add(randomBytes(2_000_000));
    await writer.settle();
    await expect(writer.add(randomBytes(2_000_000))).rejects.toThrow('ENOSPC');
    await expect(writer.finish()).rejects.toThrow('ENOSPC');
  });
});
