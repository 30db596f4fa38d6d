import { randomBytes } from 'node:crypto';
import { constants, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type ArtifactDigestAlgorithm, createArtifactHasher } from '../artifact/artifact-digest.ts';
import { SourceError } from '../errors.ts';
import type { WrittenFile } from './storage-driver.ts';
import { WriteBehind } from './write-behind.ts';

/**
 * Writes a file so that under its name there is either all of it or what was there before,
 * whatever happens on the way: a file beside it, synced, then renamed.
 *
 * @throws `STORAGE_WRITE_FAILED`; what the content throws; the reason of the signal.
 */
export async function writeAtomically(
  path: string,
  content: AsyncIterable<Uint8Array>,
  options: { readonly algorithm: ArtifactDigestAlgorithm; readonly signal?: AbortSignal },
): Promise<WrittenFile> {
  const temporary = temporaryName(path);
  try {
    const written = await writeNew(temporary, content, { ...options, of: path });
    await attempt(path, () => rename(temporary, path));
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A name beside a file that its content, or what stands for it, has until it is whole. */
export function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}

async function writeNew(
  path: string,
  content: AsyncIterable<Uint8Array>,
  options: {
    readonly algorithm: ArtifactDigestAlgorithm;
    readonly signal?: AbortSignal;
    readonly of: string;
  },
): Promise<WrittenFile> {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  // Exclusive: never through a symlink that someone has put there.
  const file = await attempt(options.of, () => open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600));
  const writer = new WriteBehind(file);
  try {
    const hasher = await createArtifactHasher(options.algorithm);
    let size = 0;
    for await (const piece of content) {
      options.signal?.throwIfAborted();
      hasher.update(piece);
      size += piece.length;
      await attempt(options.of, () => writer.add(piece));
    }
    await attempt(options.of, () => writer.finish());
    await attempt(options.of, () => file.sync());
    return { digest: `${options.algorithm}:${hasher.hex()}`, size };
  } finally {
    await writer.settle();
    await file.close();
  }
}

/** The name itself is on the disk only once its folder is. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const folder = await attempt(path, () => open(path, constants.O_RDONLY));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Does a part of writing a file, and says of a failure which file it was. */
export async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = 'unknown error' } = cause as { code?: string };
    throw new SourceError('STORAGE_WRITE_FAILED', `cannot write ${basename(path)}: ${code}`, {
      cause,
      retry: 'backoff',
    });
  }
}
