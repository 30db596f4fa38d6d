import { type FileTree, walkFiles } from '@gitops-toolkit/core';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import isomorphicGit from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../testing/pack-writer.ts';
import { git, gitHttpBackend, hasGit } from '../testing/run-git.ts';
import { serve } from '../testing/serve.ts';
import { fetchGit } from './git-fetcher.ts';

if (!hasGit)
  process.stderr.write('The git program is missing: what it says is not compared with what is read here.\n');

/** What `git ls-tree -r` prints, from a tree. */
function listing(tree: FileTree, id = idOf): string[] {
  return [...walkFiles(tree)]
    .map((file) => {
      const data =
        file.kind === 'symlink' ? Buffer.from(file.target ?? '') : (tree.read(file.path) ?? Buffer.alloc(0));
      const mode = file.kind === 'symlink' ? '120000' : (file.mode & 0o111) === 0 ? '100644' : '100755';
      return `${mode} blob ${id('blob', data)}\t${file.path}`;
    })
    .toSorted();
}

const lsTree = async (folder: string, ref: string) =>
  (await git('-C', folder, '-c', 'core.quotePath=false', 'ls-tree', '-r', ref)).split('\n').toSorted();

describe.skipIf(!hasGit)('fetchGit beside the git program', () => {
  let folder: string;
  let work: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'git-program-'));
    work = join(folder, 'work');
    await git('init', '-q', '-b', 'main', work);
    await mkdir(join(work, 'deep', 'er'), { recursive: true });
    await writeFile(join(work, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    await symlink('deep/er/a.txt', join(work, 'link'));
    await writeFile(join(work, 'ünïcode 日本.yaml'), 'a: é\n');
    // Files that change a little from commit to commit, so that git stores them as deltas.
    for (let round = 0; round < 9; round++) {
      for (let i = 0; i < 15; i++) {
        const lines = Array.from(
          { length: 80 },
          (_, line) => `line ${line} of file ${i} ${line === round ? round : ''}`,
        );
        await writeFile(join(work, 'deep', 'er', `file-${i}.txt`), lines.join('\n'));
      }
      await git('-C', work, 'add', '-A');
      await git('-C', work, 'commit', '-q', '-m', `Round ${round}`);
      if (round % 4 === 0)
        await git('-C', work, 'tag', ...(round === 4 ? ['-a', '-m', 'note'] : []), `v1.${round}.0`);
    }
    await git('clone', '-q', '--bare', work, join(folder, 'bare.git'));
    await git('-C', join(folder, 'bare.git'), 'repack', '-q', '-a', '-d', '-f', '--depth=50');
    await git('-C', join(folder, 'bare.git'), 'pack-refs', '--all');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['main', { branch: 'main' }],
    ['v1.0.0', { tag: 'v1.0.0' }],
    ['v1.4.0', { tag: 'v1.4.0' }],
    ['v1.8.0', { semver: '^1' }],
    ['main', { name: 'refs/heads/main' }],
  ])('reads what git lists: %s', async (ref, source) => {
    const url = await serve(gitHttpBackend(folder));
    const expected = await lsTree(work, ref);
    const commit = await git('-C', work, 'rev-parse', `${ref}^{commit}`);
    const places = [`${url}/bare.git`, work, join(folder, 'bare.git'), `file://${join(folder, 'bare.git')}`];
    for (const place of places) {
      const fetched = await fetchGit({ url: place, ...source }, { allowLocal: true });
      expect(listing(fetched.tree)).toEqual(expected);
      expect(fetched.commit?.id).toBe(commit);
    }
  });

  it('reads the whole history of its own trees, packed and loose', async () => {
    const commits = (await git('-C', work, 'rev-list', 'main')).split('\n');
    const url = await serve(gitHttpBackend(folder));
    for (const commit of commits.slice(0, 3)) {
      const expected = await lsTree(work, commit);
      for (const place of [`${url}/bare.git`, work, join(folder, 'bare.git')]) {
        const { tree } = await fetchGit({ url: place, commit }, { allowLocal: true });
        expect(listing(tree)).toEqual(expected);
      }
    }
  });

  it('speaks version 0 with a server that knows nothing else', async () => {
    const backend = gitHttpBackend(folder);
    const url = await serve((request, response) => {
      delete request.headers['git-protocol'];
      backend(request, response);
    });
    const { tree } = await fetchGit({ url: `${url}/bare.git`, tag: 'v1.4.0' });
    expect(listing(tree)).toEqual(await lsTree(work, 'v1.4.0'));
    // The server gives commits that no reference points to to nobody: all of history is looked through.
    const old = await git('-C', work, 'rev-parse', 'main~3');
    expect((await fetchGit({ url: `${url}/bare.git`, commit: old })).revision).toBe(`sha1:${old}`);
    await expect(fetchGit({ url: `${url}/bare.git`, commit: 'a'.repeat(40) })).rejects.toMatchObject({
      code: 'GIT_REF_NOT_FOUND',
    });
  });

  it('reads repositories with SHA-256 ids', async () => {
    const place = join(folder, 'sha256.git');
    await git('init', '-q', '-b', 'main', '--object-format=sha256', place);
    await writeFile(join(place, 'a.yaml'), 'a: 1\n');
    await git('-C', place, 'add', '-A');
    await git('-C', place, 'commit', '-q', '-m', 'One');
    const commit = await git('-C', place, 'rev-parse', 'HEAD');
    const url = await serve(gitHttpBackend(folder));
    for (const from of [place, `${url}/sha256.git/.git`]) {
      expect((await fetchGit({ url: from, branch: 'main' }, { allowLocal: true })).revision).toBe(
        `main@sha256:${commit}`,
      );
    }
  });

  it('reads further work trees, and repositories that borrow objects', async () => {
    const tree = join(folder, 'further');
    await git('-C', work, 'worktree', 'add', '-q', '-b', 'further', tree, 'v1.0.0');
    expect(listing((await fetchGit({ url: tree }, { allowLocal: true })).tree)).toEqual(
      await lsTree(work, 'v1.0.0'),
    );
    const borrowing = join(folder, 'borrowing.git');
    await git('clone', '-q', '--shared', '--bare', work, borrowing);
    expect((await readdir(join(borrowing, 'objects', 'pack'))).length).toBe(0);
    expect(listing((await fetchGit({ url: borrowing, branch: 'main' }, { allowLocal: true })).tree)).toEqual(
      await lsTree(work, 'main'),
    );
  });

  it('agrees with isomorphic-git', async () => {
    const url = `${await serve(gitHttpBackend(folder))}/bare.git`;
    const dir = join(folder, 'isomorphic');
    await isomorphicGit.clone({
      fs,
      http,
      dir,
      url,
      ref: 'main',
      singleBranch: true,
      depth: 1,
      noCheckout: true,
    });
    const found = await isomorphicGit.walk({
      fs,
      dir,
      trees: [isomorphicGit.TREE({ ref: 'main' })],
      map: async (path, [entry]) =>
        (await entry?.type()) === 'blob' ? `${await entry?.oid()} ${path}` : undefined,
    });
    const { tree } = await fetchGit({ url, branch: 'main' });
    const ours = listing(tree).map((line) => line.slice(12).replace('\t', ' '));
    expect(ours.toSorted()).toEqual((found as string[]).flat(20).toSorted());
  });

  it('reads the repository of this project', async () => {
    const top = await git('rev-parse', '--show-toplevel').catch(() => '');
    if (top === '') return;
    const head = await git('-C', top, 'rev-parse', 'HEAD');
    const { tree } = await fetchGit({ url: top, commit: head }, { allowLocal: true });
    expect(listing(tree)).toEqual(await lsTree(top, head));
  });
});
