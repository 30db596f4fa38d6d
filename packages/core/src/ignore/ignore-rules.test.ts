import { describe, expect, it } from 'vitest';
import { walkFiles } from '../tree/file-tree.ts';
import { MemoryTree, type TreeInput } from '../tree/memory-tree.ts';
import { filterTree } from './filter-tree.ts';
import { type IgnoreRulesOptions, loadIgnoreRules, parseIgnoreFile } from './ignore-rules.ts';

function kept(files: Record<string, TreeInput>, options?: IgnoreRulesOptions): string[] {
  const tree = MemoryTree.from(files);
  return [...walkFiles(filterTree(tree, loadIgnoreRules(tree, options)))].map((file) => file.path);
}

describe('loadIgnoreRules', () => {
  it('leaves out version control files, images, archives and CI configuration by default', () => {
    const files = {
      '.git/config': '',
      '.gitignore': '',
      '.gitattributes': '',
      '.gitmodules': '',
      '.github/workflows/ci.yaml': '',
      '.travis.yml': '',
      'deep/.sops.yaml': '',
      'logo.png': '',
      'charts/app.tar.gz': '',
      'app.yaml': '',
      '.hidden.yaml': '',
    };
    expect(kept(files)).toEqual(['.hidden.yaml', 'app.yaml']);
  });

  it('leaves the default set aside as soon as there is a rule of the user', () => {
    expect(kept({ 'logo.png': '', 'a.md': '', '.gitignore': '' }, { ignore: '*.md' })).toEqual(['logo.png']);
    expect(kept({ 'logo.png': '', '.sourceignore': '# nothing\n\n' })).toEqual(['.sourceignore']);
    expect(kept({ 'logo.png': '', '.sourceignore': '/x\n' })).toEqual(['.sourceignore', 'logo.png']);
  });

  it('holds the file of a folder valid below it', () => {
    const files = { 'a/.sourceignore': '*.md\n', 'a/x.md': '', 'a/b/y.md': '', 'z.md': '', 'a/x.yaml': '' };
    expect(kept(files)).toEqual(['a/.sourceignore', 'a/x.yaml', 'z.md']);
  });

  it('lets deeper files and then the option win', () => {
    const files = {
      '.sourceignore': '*.md\n',
      'a/.sourceignore': '!x.md\n',
      'a/x.md': '',
      'a/y.md': '',
      'b.md': '',
    };
    expect(kept(files)).toEqual(['.sourceignore', 'a/.sourceignore', 'a/x.md']);
    expect(kept(files, { ignore: '!b.md' })).toContain('b.md');
  });

  it('keeps single files of an ignored folder, as Flux does and git does not', () => {
    const files = { 'deploy/app.yaml': '', 'src/main.go': '', 'docs/x.md': '' };
    expect(kept(files, { ignore: '/*\n!/deploy\n' })).toEqual(['deploy/app.yaml']);
  });

  it('keeps version control files where a rule asks for them', () => {
    expect(kept({ '.gitignore': 'x', 'a.md': '' }, { ignore: '!.gitignore\n*.md' })).toEqual(['.gitignore']);
  });
});

describe('parseIgnoreFile', () => {
  it('passes over comments and blank lines, and takes either line end', () => {
    expect(parseIgnoreFile('# comment\r\n\r\n  \n*.md\r\n#x')).toHaveLength(1);
  });
});

describe('filterTree', () => {
  it('keeps contents, modes and symlinks', () => {
    const tree = MemoryTree.from({
      'run.sh': { data: new TextEncoder().encode('#!/bin/sh'), mode: 0o755 },
      link: { symlink: 'run.sh' },
      'drop.md': 'x',
    });
    const result = filterTree(tree, loadIgnoreRules(tree, { ignore: '*.md' }));
    expect(result.stat('run.sh')?.mode).toBe(0o755);
    expect(result.resolve('link')).toBe('run.sh');
    expect(result.read('drop.md')).toBeUndefined();
    expect(result.size).toBe(9);
  });

  it('keeps directories by their own paths, and those that are left out for what is kept in them', () => {
    const tree = MemoryTree.from({
      'docs/a.md': 'a',
      'out/drop.txt': 'd',
      'out/keep.txt': 'k',
      'gone/x.txt': 'x',
    });
    const result = filterTree(tree, loadIgnoreRules(tree, { ignore: '*.md\nout/\ngone/\n!out/keep.txt' }));
    expect([...result.list('')].map(({ name, implied = false }) => [name, implied])).toEqual([
      ['docs', false],
      ['out', true],
    ]);
    expect(result.list('docs')).toEqual([]);
  });
});
