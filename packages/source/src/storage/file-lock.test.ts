import { systemClock } from '@gitops-toolkit/core';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireFileLock } from './file-lock.ts';

let folder: string;
let path: string;
const clock = systemClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true }));

describe('acquireFileLock', () => {
  it('lets the next one in when it is given back', async () => {
    const order: string[] = [];
    const first = await acquireFileLock(path, { clock });
    const second = acquireFileLock(path, { clock }).then((lock) => {
      order.push('second in');
      return lock;
    });
    order.push('first out');
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(order).toEqual(['first out', 'second in']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives up after its time, or when its signal is aborted', async () => {
    const held = await acquireFileLock(path, { clock });
    await expect(acquireFileLock(path, { clock, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
      retry: 'backoff',
    });
    const reason = new Error('enough');
    const waiting = acquireFileLock(path, { clock, signal: AbortSignal.timeout(20) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(acquireFileLock(path, { clock, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await held[Symbol.asyncDispose]();
  });

  it('takes the lock of a process that is gone', async () => {
    // No process has this id: it is above what any system gives.
    await writeFile(path, JSON.stringify({ host: hostname(), pid: 2 ** 30 }));
    await (await acquireFileLock(path, { clock, timeoutMs: 1000 }))[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes the lock that an earlier life of this process left, as containers have one id in all their lives', async () => {
    await writeFile(path, JSON.stringify({ host: hostname(), pid: process.pid, life: 'the one before' }));
    await (await acquireFileLock(path, { clock, timeoutMs: 1000 }))[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes a lock whose holder was killed before it could sign', async () => {
    await writeFile(path, '');
    await expect(acquireFileLock(path, { clock, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
    });
    const seconds = Date.now() / 1000 - 3;
    await utimes(path, seconds, seconds);
    await (await acquireFileLock(path, { clock, timeoutMs: 1000 }))[Symbol.asyncDispose]();
  });

  it('takes a lock that has shown no life for long enough, of whatever machine', async () => {
    await writeFile(path, JSON.stringify({ host: 'elsewhere', pid: 1 }));
    await expect(acquireFileLock(path, { clock, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
    });
    await utimes(path, 1, 1);
    await (await acquireFileLock(path, { clock, timeoutMs: 1000 }))[Symbol.asyncDispose]();
  });

  it('shows life as long as it is held', async () => {
    const held = await acquireFileLock(path, { clock, staleMs: 60 });
    await expect(acquireFileLock(path, { clock, staleMs: 60, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
    });
    await held[Symbol.asyncDispose]();
  });

  it('says where no lock can be made', async () => {
    await expect(acquireFileLock(join(folder, 'no', 'folder'), { clock })).rejects.toMatchObject({
      code: 'STORAGE_WRITE_FAILED',
    });
  });
});
