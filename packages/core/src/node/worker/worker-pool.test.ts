import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

const poolOf = (options: Partial<WorkerPoolOptions> = {}): WorkerPool =>
  new WorkerPool({ url: new URL('./testing/tasks.ts', import.meta.url), name: 'test', size: 1, ...options });

const valueOf = async (pool: WorkerPool, task: string, input?: unknown): Promise<unknown> =>
  (await pool.run(task, input)).value;

describe('WorkerPool', () => {
  // A worker that runs from sources takes its time to start.
  const shared = poolOf();
  afterAll(() => shared[Symbol.asyncDispose]());

  it('runs tasks in a worker that stays', async () => {
    const thread = await valueOf(shared, 'thread');
    expect(thread).toBeGreaterThan(0);
    expect(await valueOf(shared, 'thread')).toBe(thread);
    expect((await shared.run('count', 3)).items).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }]);
  });

  it.each([
    [
      'one that takes too long',
      'loop',
      { timeoutMs: 50 },
      'WORKER_TIMEOUT',
      'the test took longer than 0.05 s and was ended',
    ],
    [
      'one that fills its heap',
      'objects',
      { maxHeapMb: 64 },
      'WORKER_HEAP_LIMIT',
      'the test used more than 64 MiB of memory and was ended',
    ],
    ['one that grows one array', 'oneArray', { maxHeapMb: 64 }, 'WORKER_HEAP_LIMIT', 'more than 64 MiB'],
    ['one that fills buffers', 'buffers', { maxHeapMb: 64 }, 'WORKER_HEAP_LIMIT', 'more than 64 MiB'],
    [
      'one that says too much',
      'text',
      { maxOutputBytes: 999 },
      'WORKER_OUTPUT_LIMIT',
      'has more than 999 bytes',
    ],
    [
      'one that says too much at once',
      'text',
      { maxItemBytes: 999 },
      'WORKER_OUTPUT_LIMIT',
      'one item of the result has more than 999 bytes',
    ],
    ['one that ends its thread', 'exit', {}, 'WORKER_CRASHED', 'the worker of the test has ended'],
    [
      'one that throws where nobody catches',
      'throwLater',
      {},
      'WORKER_CRASHED',
      'the worker of the test has ended',
    ],
  ])('fails %s, and nothing else', async (_title, task, budget, code, message) => {
    const text = expect.stringContaining(message) as string;
    await expect(shared.run(task, 1000, { budget })).rejects.toMatchObject({ code, message: text });
    expect(await valueOf(shared, 'echo', 'next')).toBe('next');
  });

  it('ends a task when its signal says so', async () => {
    const controller = new AbortController();
    const looping = shared.run('loop', undefined, { signal: controller.signal });
    const waiting = shared.run('echo', 1, { signal: controller.signal });
    const others = shared.run('echo', 2);
    setTimeout(() => controller.abort(new Error('shutting down')), 200);
    await expect(looping).rejects.toThrow('shutting down');
    await expect(waiting).rejects.toThrow('shutting down');
    expect((await others).value).toBe(2);
    await expect(shared.run('echo', 3, { signal: controller.signal })).rejects.toThrow('shutting down');
  });

  it('throws what the task throws', async () => {
    const error: unknown = await shared.run('fail', undefined).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'TEST_FAILED',
      message: 'no such field',
      hint: 'Remove it.',
      retry: 'backoff',
    });
    expect(error).toMatchObject({ frame: expect.stringContaining('> 2 | b: 2') as string });
    expect((error as Error).cause).toBeInstanceOf(TypeError);
    await expect(shared.run('noSuchTask', undefined)).rejects.toThrow('the worker has no task noSuchTask');
    await expect(shared.run('echo', () => {})).rejects.toThrow(/could not be cloned/);
  });

  it('fails where the module of the worker cannot be loaded', async () => {
    await using pool = poolOf({ url: new URL('./testing/not-there.ts', import.meta.url), keep: 2 });
    const error: unknown = await pool.run('echo', 1).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'WORKER_CRASHED' });
    expect((error as Error).cause).toMatchObject({
      message: expect.stringContaining('not-there.ts') as string,
    });
  });

  it('takes turns between groups', async () => {
    const done: string[] = [];
    const run = (group: string) =>
      shared.run('wait', 1, { group }).then(
        () => done.push(group),
        () => {},
      );
    await Promise.all(['many', 'many', 'many', 'few', 'one'].map(run));
    expect(done).toEqual(['many', 'many', 'few', 'one', 'many']);
  });

  it('lets short tasks pass by those that take long, in as many workers as overflow allows', async () => {
    await using pool = poolOf({ overflow: 1 });
    const stop = new AbortController();
    const looping = pool.run('loop', undefined, { signal: stop.signal });
    expect(await valueOf(pool, 'echo', 1)).toBe(1);
    stop.abort(new Error('enough'));
    await expect(looping).rejects.toThrow('enough');
  });

  it('starts one more worker whenever all are at long tasks', async () => {
    await using pool = poolOf({ overflow: 2, keep: 2 });
    const stop = new AbortController();
    const looping = [1, 2].map(() => pool.run('loop', undefined, { signal: stop.signal }));
    expect(await valueOf(pool, 'echo', 1)).toBe(1);
    stop.abort(new Error('enough'));
    for (const task of looping) await expect(task).rejects.toThrow('enough');
  });

  it('ends workers that have been idle for long, but those that are to stay', async () => {
    await using pool = poolOf({ size: 2, idleMs: 20 });
    const threads = await Promise.all([valueOf(pool, 'spin', 30), valueOf(pool, 'spin', 30)]);
    await delay(200);
    expect(threads).not.toContain(await valueOf(pool, 'thread'));
    await using kept = poolOf({ idleMs: 20, keep: 1 });
    const thread = await valueOf(kept, 'thread');
    await delay(100);
    expect(await valueOf(kept, 'thread')).toBe(thread);
  });

  it('keeps no worker that has nothing to do once it is drained', async () => {
    await using pool = poolOf({ keep: 1 });
    const thread = await valueOf(pool, 'thread');
    pool.drain();
    expect(await valueOf(pool, 'thread')).not.toBe(thread);
    expect(await valueOf(pool, 'thread')).not.toBe(thread);
  });

  it('fails what is not done when it is closed', async () => {
    const pool = poolOf();
    const tasks = Promise.allSettled([pool.run('loop', undefined), pool.run('echo', 1)]);
    await pool[Symbol.asyncDispose]();
    const reason = expect.objectContaining({ code: 'WORKER_POOL_CLOSED' }) as unknown;
    expect(await tasks).toEqual([1, 2].map(() => ({ status: 'rejected', reason })));
    await expect(pool.run('echo', 1)).rejects.toMatchObject({ code: 'WORKER_POOL_CLOSED' });
  });
});
