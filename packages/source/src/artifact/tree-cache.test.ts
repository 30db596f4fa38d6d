import { type FileTree, MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { TreeCache } from './tree-cache.ts';

const tree = (size: number) => MemoryTree.from({ file: new Uint8Array(size) });

/** A load that ends when it is told to. */
function controlled() {
  let calls = 0;
  let signal: AbortSignal | undefined;
  let resolve: (tree: FileTree) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<FileTree>((...settle) => ([resolve, reject] = settle));
  return {
    resolve,
    reject,
    calls: () => calls,
    signal: () => signal,
    load: (given: AbortSignal) => {
      calls++;
      signal = given;
      return promise;
    },
  };
}

describe('TreeCache', () => {
  it('loads a tree once for callers at the same time and for later ones', async () => {
    const cache = new TreeCache();
    const loading = controlled();
    const callers = [cache.get('sha256:a', loading.load), cache.get('sha256:a', loading.load)];
    const found = tree(10);
    loading.resolve(found);
    expect(await Promise.all([...callers, cache.get('sha256:a', loading.load)])).toEqual([
      found,
      found,
      found,
    ]);
    expect(loading.calls()).toBe(1);
    expect(cache.size).toBe(10);
  });

  it('lets the trees go that were used longest ago', async () => {
    const cache = new TreeCache({ maxBytes: 100 });
    let loads = 0;
    const get = (digest: string, size: number) =>
      cache.get(digest, async () => {
        loads++;
        return tree(size);
      });
    await get('a', 40);
    await get('b', 40);
    await get('a', 40);
    await get('c', 40);
    expect([loads, cache.size]).toEqual([3, 80]);
    await get('a', 40);
    expect(loads).toBe(3);
    await get('b', 40);
    expect(loads).toBe(4);
    await get('huge', 1000);
    expect(cache.size).toBeLessThanOrEqual(100);
  });

  it('keeps no failure', async () => {
    const cache = new TreeCache();
    const failing = controlled();
    const callers = [cache.get('a', failing.load), cache.get('a', failing.load)];
    failing.reject(new Error('no network'));
    for (const result of await Promise.allSettled(callers)) expect(result.status).toBe('rejected');
    expect((await cache.get('a', async () => tree(1))).size).toBe(1);
  });

  it('goes on loading as long as one caller waits, and ends with the last', async () => {
    const cache = new TreeCache();
    const loading = controlled();
    const controllers = [new AbortController(), new AbortController()];
    const callers = controllers.map(({ signal }) => cache.get('a', loading.load, { signal }));
    const reason = new Error('gone');
    controllers[0]?.abort(reason);
    await expect(callers[0]).rejects.toBe(reason);
    expect(loading.signal()?.aborted).toBe(false);
    controllers[1]?.abort(reason);
    await expect(callers[1]).rejects.toBe(reason);
    expect(loading.signal()?.aborted).toBe(true);
    expect((await cache.get('a', async () => tree(5))).size).toBe(5);
    await expect(cache.get('a', loading.load, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
