import { type Clock, sleep } from '@gitops-toolkit/core';
import { type FileHandle, open, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { readFile } from 'node:fs/promises';
import { SourceError } from '../errors.ts';

const POLL_MS = 50;

/** How a lock is waited for. */
export interface LockOptions {
  readonly clock: Clock;
  /** How long to wait for another holder. @default 30000 */
  readonly timeoutMs?: number;
  /** A holder that has not shown itself for so long is taken for dead. @default 60000 */
  readonly staleMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Holds a file that exists as long as the lock does, so that processes that share a disk take
 * turns. Disposing gives it back.
 *
 * @throws `STORAGE_LOCKED` where another holds it for too long; the reason of the signal.
 */
export async function acquireFileLock(path: string, options: LockOptions): Promise<AsyncDisposable> {
  const { clock, timeoutMs = 30_000, staleMs = 60_000, signal } = options;
  const deadline = clock.monotonic() + timeoutMs;
  while (true) {
    signal?.throwIfAborted();
    const file = await create(path);
    if (file) return hold(path, file, clock, staleMs);
    if (await isAbandoned(path, clock, staleMs)) {
      await rm(path, { force: true });
      continue;
    }
    if (clock.monotonic() >= deadline) {
      throw new SourceError('STORAGE_LOCKED', `another process holds ${path}`, {
        retry: 'backoff',
        hint: 'Only one process at a time writes the artifacts of an object.',
      });
    }
    await sleep(POLL_MS, { clock, ...(signal ? { signal } : {}) });
  }
}

async function create(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EEXIST') return undefined;
    throw new SourceError('STORAGE_WRITE_FAILED', `cannot make the lock ${path}`, {
      cause,
      retry: 'backoff',
    });
  }
}

async function hold(path: string, file: FileHandle, clock: Clock, staleMs: number): Promise<AsyncDisposable> {
  await file.writeFile(JSON.stringify({ host: hostname(), pid: process.pid }));
  await file.close();
  let cancel = () => {};
  const showAlive = () => {
    cancel = clock.setTimeout(() => {
      const now = clock.now() / 1000;
      utimes(path, now, now).then(showAlive, () => {});
    }, staleMs / 3);
  };
  showAlive();
  return {
    async [Symbol.asyncDispose]() {
      cancel();
      await rm(path, { force: true });
    },
  };
}

/** Whether the holder is gone: its process on this machine, or any sign of it for long enough. */
async function isAbandoned(path: string, clock: Clock, staleMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    if (clock.now() - mtimeMs > staleMs) return true;
    const holder = JSON.parse(await readFile(path, 'utf8')) as { host?: unknown; pid?: unknown };
    return holder.host === hostname() && typeof holder.pid === 'number' && !isAlive(holder.pid);
  } catch {
    // Given back meanwhile, or not written yet.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
