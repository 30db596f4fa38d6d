import { describe, expect, it } from 'vitest';
import { MemoryTree, MemoryTreeBuilder } from '../tree/memory-tree.ts';
import { walkFiles } from '../tree/file-tree.ts';
import { copyTree } from './copy-tree.ts';

const text = (tree: MemoryTree, path: string) => new TextDecoder().decode(tree.read(path));

describe('copyTree', () => {
  it('puts a folder of one tree into a folder of another, with what is empty and where links lead', async () => {
    const from = new MemoryTreeBuilder();
    from.add('apps/web/run.sh', { data: new TextEncoder().encode('#!/bin/sh'), mode: 0o755 });
    from.add('apps/web/latest', { symlink: 'run.sh' });
    from.add('apps/empty', { directory: true });
    from.add('other.yaml', 'other');
    const builder = new MemoryTreeBuilder();
    builder.add('deploy/web/run.sh', 'old');
    await copyTree(builder, new MemoryTree(from), { from: 'apps', at: 'deploy' });
    const tree = new MemoryTree(builder);
    expect([...walkFiles(tree)].map(({ path }) => path)).toEqual(['deploy/web/latest', 'deploy/web/run.sh']);
    expect(text(tree, 'deploy/web/run.sh')).toBe('#!/bin/sh');
    expect(tree.stat('deploy/web/run.sh')?.mode).toBe(0o755);
    expect(tree.list('deploy/empty')).toEqual([]);
  });

  it('gives files another content where it is told to', async () => {
    const builder = new MemoryTreeBuilder();
    const contentOf = (path: string) =>
      path === 'pointer' ? new TextEncoder().encode('content') : undefined;
    await copyTree(builder, MemoryTree.from({ pointer: 'oid', plain: 'plain' }), { contentOf });
    const tree = new MemoryTree(builder);
    expect([text(tree, 'pointer'), text(tree, 'plain')]).toEqual(['content', 'plain']);
  });
});
