import { type Clock, sleep } from '@gitops-toolkit/core';
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { SourceError } from '../errors.ts';

const POLL_MS = 50;
const STALE_MS = 60_000;
/** A holder signs its lock at once: one without a name for longer was killed in between. */
const UNSIGNED_MS = 2000;
/** A container has the same process id in each of its lives: this tells them apart. */
const LIFE = randomUUID();

/** How a lock is waited for. */
export interface LockOptions {
  readonly clock: Clock;
  /** How long to wait for another holder. @default 30000 */
  readonly timeoutMs?: number;
  /** A holder that has not shown itself for so long is taken for dead. @default 60000 */
  readonly staleMs?: number;
  readonly signal?: AbortSignal;
}

interface Holder {
  readonly host?: unknown;
  readonly pid?: unknown;
  readonly life?: unknown;
}

/**
 * Holds a file that exists as long as the lock does, so that processes that share a disk take
 * turns. Disposing gives it back.
 *
 * @throws `STORAGE_LOCKED` where another holds it for too long; the reason of the signal.
 */
export async function acquireFileLock(path: string, options: LockOptions): Promise<AsyncDisposable> {
  const { clock, timeoutMs = 30_000, staleMs = STALE_MS, signal } = options;
  const deadline = clock.monotonic() + timeoutMs;
  while (true) {
    signal?.throwIfAborted();
    const file = await create(path);
    if (file) return hold(path, file, clock, staleMs);
    if ((await lockState(path, clock.now(), staleMs)) === 'abandoned') {
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
  await file.writeFile(JSON.stringify({ host: hostname(), pid: process.pid, life: LIFE } satisfies Holder));
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

/**
 * Whether somebody holds a lock. One is abandoned where its holder's process is gone from this machine, or has given
 * no sign of life for long enough.
 *
 * @param now milliseconds since the epoch
 */
export async function lockState(
  path: string,
  now: number,
  staleMs: number = STALE_MS,
): Promise<'abandoned' | 'free' | 'held'> {
  try {
    const ageMs = now - (await stat(path)).mtimeMs;
    if (ageMs > staleMs) return 'abandoned';
    const text = await readFile(path, 'utf8');
    const isLeft = text === '' ? ageMs > UNSIGNED_MS : isGone(JSON.parse(text) as Holder);
    return isLeft ? 'abandoned' : 'held';
  } catch (error) {
    // Otherwise it is being written.
    return (error as { code?: string }).code === 'ENOENT' ? 'free' : 'held';
  }
}

function isGone({ host, pid, life }: Holder): boolean {
  if (host !== hostname() || typeof pid !== 'number') return false;
  return pid === process.pid ? life !== LIFE : !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
