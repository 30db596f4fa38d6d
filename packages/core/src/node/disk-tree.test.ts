import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkFiles } from '../tree/file-tree.ts';
import { DiskTree } from './disk-tree.ts';

let outside: string;
let root: string;
let tree: DiskTree;

beforeAll(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'disk-tree-')));
  root = join(outside, 'root');
  mkdirSync(join(root, 'base', 'deep'), { recursive: true });
  mkdirSync(join(outside, 'root-beside'));
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  writeFileSync(join(outside, 'root-beside', 'x.txt'), 'secret');
  writeFileSync(join(root, 'base', 'a.yaml'), 'a: 1\n');
  writeFileSync(join(root, 'base', 'deep', 'b.sh'), '#!/bin/sh\n', { mode: 0o755 });
  symlinkSync('base/a.yaml', join(root, 'inside'));
  symlinkSync('base', join(root, 'folder'));
  symlinkSync('../secret.txt', join(root, 'leaves'));
  symlinkSync('/etc/hostname', join(root, 'absolute'));
  symlinkSync('..', join(root, 'up'));
  symlinkSync('loop', join(root, 'loop'));
  tree = new DiskTree(root);
});

afterAll(() => rmSync(outside, { recursive: true }));

const text = (path: string) => {
  const data = tree.read(path);
  return data && new TextDecoder().decode(data);
};

describe('DiskTree', () => {
  it('reads files below its root, through symlinks that stay inside', () => {
    expect(text('base/a.yaml')).toBe('a: 1\n');
    expect(text('./base/../base/a.yaml')).toBe('a: 1\n');
    expect(text('inside')).toBe('a: 1\n');
    expect(text('folder/deep/b.sh')).toBe('#!/bin/sh\n');
    expect(tree.resolve('folder/deep/b.sh')).toBe('base/deep/b.sh');
  });

  it.each([
    '../secret.txt',
    '/etc/hostname',
    'leaves',
    'absolute',
    'up/secret.txt',
    'up/root-beside/x.txt',
    'loop',
    'base/a.yaml/x',
    'a\0b',
    'no',
  ])('names nothing by %j', (path) => {
    expect(tree.read(path)).toBeUndefined();
    expect(tree.stat(path)).toBeUndefined();
    expect(tree.resolve(path)).toBeUndefined();
    expect([...tree.list(path)]).toEqual([]);
  });

  it('lists folders in order, symlinks as what they are', () => {
    expect(tree.list('').map((entry) => `${entry.kind} ${entry.name}`)).toEqual([
      'symlink absolute',
      'directory base',
      'symlink folder',
      'symlink inside',
      'symlink leaves',
      'symlink loop',
      'symlink up',
    ]);
    expect(tree.list('').find((entry) => entry.name === 'leaves')?.target).toBe('../secret.txt');
  });

  it('tells executable files', () => {
    expect(tree.stat('base/deep/b.sh')).toMatchObject({ kind: 'file', mode: 0o755, size: 10, name: 'b.sh' });
    expect(tree.stat('')?.kind).toBe('directory');
  });

  it('counts the bytes of its files', () => {
    expect(tree.size).toBe(15);
    expect([...walkFiles(tree)].filter((file) => file.kind === 'file')).toHaveLength(2);
  });

  it('is only over a folder', () => {
    expect(() => new DiskTree(join(root, 'nowhere'))).toThrow('ENOENT');
    expect(() => new DiskTree(join(root, 'base', 'a.yaml'))).toThrow('not a folder');
  });
});
