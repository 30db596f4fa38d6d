import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { walkFiles } from '../../tree/file-tree.ts';
import { MemoryTree } from '../../tree/memory-tree.ts';
import { packArchive } from '../archive/pack.ts';
import { unpackArchive } from '../archive/unpack.ts';
import { DiskTree } from '../disk-tree.ts';
import { restoreTree, shareTree } from './shared-tree.ts';
import { WorkerPool } from './worker-pool.ts';

const tree = new MemoryTree([
  ['app/kustomization.yaml', 'resources: []\n'],
  ['app/run.sh', { data: new TextEncoder().encode('#!/bin/sh\n'), mode: 0o755 }],
  ['empty.txt', ''],
  ['link', { symlink: 'app/run.sh' }],
  ['bare/folder', { directory: true }],
  ['naïve/"name".yaml', 'a: ü\n'],
]);

describe('shareTree', () => {
  it('brings over every file, link and directory', async () => {
    const copy = restoreTree(await shareTree(tree));
    expect([...walkFiles(copy)]).toEqual([...walkFiles(tree)]);
    for (const { path: file } of walkFiles(tree))
      expect(Buffer.from(copy.read(file)!)).toEqual(Buffer.from(tree.read(file)!));
    expect(copy.size).toBe(tree.size);
    expect(copy.stat('bare/folder')?.kind).toBe('directory');
    expect(copy.resolve('link')).toBe('app/run.sh');
  });

  it('copies a tree once, and nothing of what is shared already', async () => {
    const sharing = await shareTree(tree);
    expect(await shareTree(tree)).toBe(sharing);
    const copy = restoreTree(sharing);
    const again = restoreTree(await shareTree(copy));
    expect(again).not.toBe(copy);
    expect(again.read('app/run.sh')?.buffer).toBe(copy.read('app/run.sh')?.buffer);
    expect(restoreTree(sharing)).toBe(copy);
  });

  it('copies nothing of an archive that was unpacked for it', async () => {
    const files = Object.fromEntries(
      [10, 1000, 100_000, 1_000_000].map((size) => [`${size}.txt`, new Uint8Array(size).fill(size)]),
    );
    const unpacked = await unpackArchive(packArchive(MemoryTree.from(files)), { shared: true });
    const copy = restoreTree(await shareTree(unpacked));
    // It can be packed again, as an artifact that is included in another.
    const again = await unpackArchive(packArchive(unpacked));
    for (const file of Object.keys(files)) {
      expect(copy.read(file)).toEqual(files[file]);
      expect(again.read(file)).toEqual(files[file]);
      expect(copy.read(file)?.buffer).toBe(unpacked.read(file)?.buffer);
    }
  });

  it('keeps no more trees in the worker than it may', async () => {
    const trees = Array.from({ length: 3 }, () =>
      MemoryTree.from({ file: new Uint8Array(20 * 1024 * 1024) }),
    );
    const messages = await Promise.all(trees.map(shareTree));
    const [first, second, third] = messages.map(restoreTree);
    expect(restoreTree(messages[2]!)).toBe(third);
    expect(restoreTree(messages[1]!)).not.toBe(second);
    expect(restoreTree(messages[0]!)).not.toBe(first);
  });

  it('is read by a worker, and so is a folder on disk', async () => {
    await using pool = new WorkerPool({ url: new URL('./testing/tasks.ts', import.meta.url), name: 'test' });
    expect((await pool.run('files', await shareTree(tree))).value).toEqual([...walkFiles(tree)]);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'shared-tree-'));
    writeFileSync(path.join(folder, 'a.yaml'), 'a: 1\n');
    const disk = new DiskTree(folder);
    expect((await pool.run('files', await shareTree(disk))).value).toEqual([...walkFiles(disk)]);
    rmSync(folder, { recursive: true });
  });
});
