import { describe, expect, it } from 'vitest';
import { walkFiles } from './file-tree.ts';
import { MemoryTree, MemoryTreeBuilder } from './memory-tree.ts';
import { baseName, directoryOf, joinPath, normalizePath } from './path.ts';

const decode = (data: Uint8Array | undefined) => (data ? new TextDecoder().decode(data) : undefined);

describe('MemoryTree', () => {
  const tree = MemoryTree.from({
    'base/app.yaml': 'app',
    'base/kustomization.yaml': 'resources: [app.yaml]',
    'overlays/prod/app.yaml': { symlink: '../../base/app.yaml' },
    'overlays/live': { symlink: 'prod' },
    'bin/run': { data: new Uint8Array(3), mode: 0o755 },
    out: { symlink: '../../etc/passwd' },
    loop: { symlink: 'loop' },
  });

  it('reads files by path, dots and doubled slashes resolved', () => {
    expect(decode(tree.read('base//./app.yaml'))).toBe('app');
    expect(decode(tree.read('overlays/../base/app.yaml'))).toBe('app');
    expect(tree.read('base')).toBeUndefined();
    expect(tree.read('base/app.yaml/x')).toBeUndefined();
  });

  it('follows links that stay inside', () => {
    expect(decode(tree.read('overlays/live/app.yaml'))).toBe('app');
    expect(tree.resolve('overlays/live/app.yaml')).toBe('base/app.yaml');
  });

  it('names nothing outside of the root', () => {
    for (const path of ['../x', '/base/app.yaml', 'base/../../x', 'out', 'loop', 'a\0b']) {
      expect(tree.read(path)).toBeUndefined();
      expect(tree.stat(path)).toBeUndefined();
      expect([...tree.list(path)]).toEqual([]);
    }
  });

  it('lists a directory in order, links as links', () => {
    expect(tree.list('').map((e) => `${e.kind} ${e.name}`)).toEqual([
      'directory base',
      'directory bin',
      'symlink loop',
      'symlink out',
      'directory overlays',
    ]);
    expect(tree.stat('bin/run')).toEqual({ name: 'run', kind: 'file', mode: 0o755, size: 3 });
    expect(tree.stat('.')?.kind).toBe('directory');
  });

  it('counts the bytes of its files', () => {
    expect(tree.size).toBe('app'.length + 'resources: [app.yaml]'.length + 3);
  });

  it('walks every file, depth first', () => {
    expect([...walkFiles(tree, 'base')].map((file) => file.path)).toEqual([
      'base/app.yaml',
      'base/kustomization.yaml',
    ]);
  });

  it('refuses paths that are none', () => {
    expect(() => MemoryTree.from({ '../a': '' })).toThrow(RangeError);
    expect(() => MemoryTree.from({ a: '', 'a/b': '' })).toThrow('a file stands where');
    expect(() => MemoryTree.from({ 'a/b': '', a: '' })).toThrow('a directory stands');
  });

  it('takes names of prototypes as names', () => {
    const odd = MemoryTree.from({ 'constructor/__proto__': 'x' });
    expect(decode(odd.read('constructor/__proto__'))).toBe('x');
    expect(MemoryTree.from({}).read('constructor')).toBeUndefined();
  });
});

describe('paths', () => {
  it('normalise and refuse to climb out', () => {
    expect(normalizePath('./a//b/../c/')).toBe('a/c');
    expect(normalizePath('a/../..')).toBeUndefined();
    expect(normalizePath('')).toBe('');
    expect(joinPath('a/b', '../c')).toBe('a/c');
    expect(joinPath('a', '/etc')).toBeUndefined();
    expect(directoryOf('a/b/c')).toBe('a/b');
    expect(directoryOf('a')).toBe('');
    expect(baseName('a/b')).toBe('b');
  });

  it('is put together entry by entry', () => {
    const builder = new MemoryTreeBuilder();
    builder.add('a/b.yaml', 'b');
    builder.add('bare', { directory: true });
    const tree = new MemoryTree(builder);
    expect([tree.size, tree.stat('a')?.kind, tree.stat('bare')?.kind]).toEqual([1, 'directory', 'directory']);
    // A tree that is made never changes.
    builder.add('c.yaml', 'c');
    expect(tree.stat('c.yaml')).toBeUndefined();
    expect(() => builder.add('../up', 'x')).toThrow(RangeError);
    expect(() => builder.add('c.yaml/d', { directory: true })).toThrow('a file stands where');
  });
});
