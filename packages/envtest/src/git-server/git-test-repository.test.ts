import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GitTestRepository } from './git-test-repository.ts';

const textOf = (repository: GitTestRepository, from?: string) =>
  Object.fromEntries([...repository.files(from)].map(([path, data]) => [path, data.toString()]));

describe('GitTestRepository', () => {
  it('writes the objects that git writes', () => {
    const repository = new GitTestRepository('app');
    repository.commit({ files: { 'hello.txt': 'hello\n' } });
    // What `git hash-object` says of these bytes.
    expect(repository.objects.has('ce013625030ba8dba906f756967f9e9ca394464a')).toBe(true);
    // What `git mktree` says of a folder with that file.
    expect(repository.objects.has('aaa96ced2d9a1c8e72c56b253a0e2fe78393feb7')).toBe(true);
  });

  it('adds to what is there, and takes away what it is told to', () => {
    const repository = new GitTestRepository('app');
    repository.commit({ files: { 'a/b.yaml': '1', 'a/c.yaml': '2', 'd.yaml': '3' } });
    repository.commit({ files: { 'd.yaml': '4' }, delete: ['a'] });
    expect(textOf(repository)).toEqual({ 'd.yaml': '4' });
  });

  it('gives the same ids for the same history', () => {
    const build = () => {
      const repository = new GitTestRepository('app');
      repository.commit({ files: { a: '1' } });
      return repository.commit({
        files: { a: '2' },
        message: 'Two',
        author: { name: 'B', email: 'b@example.com' },
      });
    };
    expect(build()).toBe(build());
  });

  it('keeps branches and tags apart', () => {
    const repository = new GitTestRepository('app', { defaultBranch: 'trunk' });
    const first = repository.commit({ files: { a: '1' } });
    repository.tag('light');
    const annotated = repository.tag('annotated', { message: 'Release' });
    repository.branch('dev');
    const second = repository.commit({ branch: 'dev', files: { a: '2' } });
    const orphan = repository.commit({ branch: 'pages', files: { 'index.html': 'x' } });
    expect(Object.fromEntries(repository.refs)).toEqual({
      'refs/heads/trunk': first,
      'refs/heads/dev': second,
      'refs/heads/pages': orphan,
      'refs/tags/light': first,
      'refs/tags/annotated': annotated,
    });
    expect(textOf(repository, 'dev')).toEqual({ a: '2' });
    expect(textOf(repository, 'pages')).toEqual({ 'index.html': 'x' });
    repository.setRef('refs/heads/dev', undefined);
    expect(repository.refs.has('refs/heads/dev')).toBe(false);
  });

  it('has nothing to tag or to branch from before the first commit', () => {
    const repository = new GitTestRepository('app');
    expect(() => repository.tag('v1')).toThrow('no commit');
    expect(() => repository.branch('dev')).toThrow('no commit');
  });
});

describe('GitTestRepository in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repository-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is found again', () => {
    const before = new GitTestRepository('app', { folder, defaultBranch: 'trunk' });
    const id = before.commit({ files: { 'a/b.yaml': '1' } });
    before.tag('v1', { message: 'one' });
    before.branch('feature/x');
    before.setRef('refs/heads/feature/x', undefined);
    const after = new GitTestRepository('app', { folder });
    expect(after.head).toBe('refs/heads/trunk');
    expect([...after.refs]).toEqual([...before.refs]);
    expect(textOf(after, id)).toEqual({ 'a/b.yaml': '1' });
  });
});
