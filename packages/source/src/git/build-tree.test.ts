import { describe, expect, it } from 'vitest';
import { idOf } from '../testing/pack-writer.ts';
import { buildTree } from './build-tree.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits } from './limits.ts';
import { type GitObject, type ObjectType, SHA1 } from './object-format.ts';

class Objects {
  readonly format = SHA1;
  readonly #objects = new Map<string, GitObject>();

  get(id: string): GitObject | undefined {
    return this.#objects.get(id);
  }

  put(type: ObjectType, data: Uint8Array | string): string {
    const bytes = Buffer.from(data as string);
    const id = idOf(type, bytes);
    this.#objects.set(id, { type, data: bytes });
    return id;
  }

  tree(...items: [mode: string, name: string | Uint8Array, id: string][]): string {
    return this.put(
      'tree',
      Buffer.concat(
        items.flatMap(([mode, name, id]) => [
          Buffer.from(`${mode} `),
          Buffer.from(name as string),
          Buffer.from([0]),
          Buffer.from(id, 'hex'),
        ]),
      ),
    );
  }
}

const build = (store: Objects, root: string, limits: GitLimits = {}) =>
  buildTree(store, root, { limits: { ...DEFAULT_GIT_LIMITS, ...limits } });

describe('buildTree', () => {
  it('makes files, executable files, folders and symlinks; names submodules', async () => {
    const store = new Objects();
    const inner = store.tree(['100755', 'run.sh', store.put('blob', '#!/bin/sh')]);
    const root = store.tree(
      ['100644', 'a.yaml', store.put('blob', 'a: 1')],
      ['40000', 'bin', inner],
      ['120000', 'link', store.put('blob', 'bin/run.sh')],
      ['160000', 'sub', '1'.repeat(40)],
    );
    const { tree, symlinks, submodules } = await build(store, root);
    expect(tree.stat('bin/run.sh')).toMatchObject({ mode: 0o755, size: 9 });
    expect(tree.stat('a.yaml')).toMatchObject({ mode: 0o644 });
    expect(tree.resolve('link')).toBe('bin/run.sh');
    expect([symlinks, submodules]).toEqual([['link'], [{ path: 'sub', id: '1'.repeat(40) }]]);
  });

  it('SEC-GIT-04: follows symlinks within the tree, and ends where they lead in a circle or out of it', async () => {
    const store = new Objects();
    const link = (target: string) => store.put('blob', target);
    const { tree } = await build(
      store,
      store.tree(
        ['100644', 'a', store.put('blob', 'x')],
        ['120000', 'one', link('two')],
        ['120000', 'out', link('../../etc/passwd')],
        ['120000', 'self', link('self')],
        ['120000', 'to-a', link('a')],
        ['120000', 'two', link('one')],
      ),
    );
    expect(tree.resolve('to-a')).toBe('a');
    for (const path of ['one', 'two', 'self', 'out']) expect(tree.resolve(path)).toBeUndefined();
  });

  it('shares the bytes of the store', async () => {
    const store = new Objects();
    const id = store.put('blob', 'content');
    const { tree } = await build(store, store.tree(['100644', 'a', id]));
    expect(tree.read('a')).toBe(store.get(id)?.data);
  });

  it.each([
    '.git',
    '.GIT',
    '.Git',
    'git~1',
    'GIT~12',
    '.g\u200cit',
    '.git\u200d',
    '\ufeff.git',
    '.git.',
    '.git ',
    '.git::$INDEX_ALLOCATION',
    '.',
    '..',
    '',
    'a/b',
    'a\\b',
    '..\\x',
  ])('SEC-GIT-04: refuses the name %j', async (name) => {
    const store = new Objects();
    const root = store.tree(['100644', name, store.put('blob', 'x')]);
    await expect(build(store, root)).rejects.toMatchObject({ code: 'GIT_TREE_UNSAFE' });
    const deep = store.tree(['40000', 'deep', root]);
    await expect(build(store, deep)).rejects.toMatchObject({ code: 'GIT_TREE_UNSAFE' });
  });

  it.each([
    '.gitignore',
    '.github',
    'git',
    '..a',
    '.git-crypt',
    'git~',
    'dir.git',
    '.gitmodules',
    'x:y',
    '…',
  ])('SEC-GIT-04: takes the name %j (legitimate)', async (name) => {
    const store = new Objects();
    const { tree } = await build(store, store.tree(['100644', name, store.put('blob', 'x')]));
    expect(tree.read(name)).toHaveLength(1);
  });

  it('SEC-GIT-04: refuses names that come twice, that are not UTF-8, and entries of unknown kinds', async () => {
    const store = new Objects();
    const blob = store.put('blob', 'x');
    const folder = store.tree(['100644', 'x', blob]);
    const roots = [
      store.tree(['100644', 'a', blob], ['100644', 'a', blob]),
      store.tree(['100644', 'a', blob], ['40000', 'a', folder]),
      store.tree(['100644', Uint8Array.of(0xff, 0xfe), blob]),
      store.tree(['100600', 'a', blob]),
      store.tree(['20000', 'a', blob]),
    ];
    for (const root of roots)
      await expect(build(store, root)).rejects.toMatchObject({ code: 'GIT_TREE_UNSAFE' });
  });

  it('refuses objects that are missing or of another kind, and damaged trees', async () => {
    const store = new Objects();
    const blob = store.put('blob', 'x');
    const folder = store.tree(['100644', 'x', blob]);
    const mismatch = { code: 'GIT_OBJECT_MISMATCH', retry: 'backoff' };
    await expect(build(store, 'f'.repeat(40))).rejects.toMatchObject(mismatch);
    await expect(build(store, store.tree(['100644', 'gone', 'e'.repeat(40)]))).rejects.toMatchObject(
      mismatch,
    );
    await expect(build(store, store.tree(['100644', 'folder', folder]))).rejects.toMatchObject(mismatch);
    await expect(build(store, store.tree(['40000', 'file', blob]))).rejects.toMatchObject(mismatch);
    const damaged = store.put('tree', '100644 name-without-an-id');
    await expect(build(store, damaged)).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
  });

  it('LIM-GIT-01: ends where a small repository names a folder without end', async () => {
    const store = new Objects();
    let id = store.tree(['100644', 'f', store.put('blob', 'x')]);
    // Each level names the one below ten times: ten to the tenth files, in eleven objects.
    for (let level = 0; level < 10; level++) {
      id = store.tree(
        ...Array.from({ length: 10 }, (_, i): [string, string, string] => ['40000', `d${i}`, id]),
      );
    }
    await expect(build(store, id)).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('LIM-GIT-01: bounds depth and bytes', async () => {
    const store = new Objects();
    const blob = store.put('blob', 'x'.repeat(1000));
    let id = store.tree(['100644', 'f', blob]);
    for (let level = 0; level < 200; level++) id = store.tree(['40000', 'd', id]);
    await expect(build(store, id)).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    const twice = store.tree(['100644', 'a', blob], ['100644', 'b', blob]);
    await expect(build(store, twice, { maxTreeBytes: 1500 })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('LIM-GIT-01: takes no path that no checkout could have, nor many long ones, nor a link to such', async () => {
    const store = new Objects();
    const blob = store.put('blob', '');
    const long = store.tree(['100644', 'x'.repeat(5000), blob]);
    const names = Array.from({ length: 25_000 }, (_, i): [string, string, string] => [
      '100644',
      `${i}`,
      blob,
    ]);
    const many = store.tree(['40000', 'x'.repeat(4000), store.tree(...names)]);
    const link = store.tree(['120000', 'link', store.put('blob', 'a/'.repeat(3000))]);
    for (const root of [long, many, link])
      await expect(build(store, root)).rejects.toMatchObject({
        code: 'GIT_LIMIT',
        message: expect.stringMatching(/^the repository has .{5,80}$/) as string,
      });
  });

  it('LIM-GIT-01: takes paths and links as long as they may be (legitimate)', async () => {
    const store = new Objects();
    const [folder, name] = ['f'.repeat(2000), 'n'.repeat(2000)];
    const inner = store.tree(['100644', name, store.put('blob', 'a')]);
    const target = `./${'././'.repeat(20)}${folder}`;
    const root = store.tree(['40000', folder, inner], ['120000', 'link', store.put('blob', target)]);
    const { tree } = await build(store, root);
    expect(Buffer.from(tree.read(`link/${name}`) ?? []).toString()).toBe('a');
  });

  it('names an unsafe name by its beginning', async () => {
    const store = new Objects();
    const root = store.tree(['100644', `a\\${'x'.repeat(1_000_000)}`, store.put('blob', '')]);
    const error: unknown = await build(store, root).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'GIT_TREE_UNSAFE' });
    expect(String(error).length).toBeLessThan(500);
  });

  it.each([
    ['dots', '.'.repeat(4_000_000)],
    ['dots and spaces', '. '.repeat(2_000_000)],
  ])('LIM-GIT-01: looks once at a name of megabytes of %s', { timeout: 10_000 }, async (_what, dots) => {
    const store = new Objects();
    const root = store.tree(['100644', `${dots}x`, store.put('blob', '')]);
    await expect(build(store, root)).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });
});
