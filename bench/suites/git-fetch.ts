import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Benchmark, Side } from '../benchmark.ts';
import { measureJsonProcess } from '../json-process.ts';
import { findProgram, measureProgram } from '../measure-program.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { ServerProcess } from './git-fetch/server-process.ts';

/** The newest commit of a repository of 50 MB: into memory by ours, onto a disk by `git clone --depth 1`. */
export const bench: Benchmark = {
  name: 'git-fetch',
  async *comparisons() {
    using temporary = new TemporaryFolder();
    const entries = packageEntries(['core', 'source']);
    const git = findProgram('git');
    using server = await ServerProcess.start(git, temporary);
    const ours = [oursSide(server.url, entries, temporary)];
    const title = 'the newest commit of a tree of 50 MB';
    if (git === undefined) {
      const notes = ['git is not on PATH: ours alone, from our own server', ...notesOn(entries)];
      yield { title, notes, ours };
      return;
    }
    yield {
      title,
      notes: ['both are processes of their own, served by git http-backend', ...notesOn(entries)],
      ours,
      peer: gitSide(git, server.url, temporary),
    };
  },
};

function oursSide(url: string, entries: PackageEntries, temporary: TemporaryFolder): Side {
  const script = path.join(import.meta.dirname, 'git-fetch', 'fetch-once.ts');
  const run = {
    script,
    args: [entries.url('source'), url],
    entries,
    temporary,
  };
  return { name: 'fetchGit(), process', measure: () => measureJsonProcess(run) };
}

function gitSide(git: string, url: string, temporary: TemporaryFolder): Side {
  const target = temporary.join('clone');
  return {
    name: 'git clone --depth 1',
    async measure() {
      const sample = await measureProgram({
        command: git,
        args: ['clone', '--quiet', '--depth=1', '--branch=main', url, target],
      });
      rmSync(target, { recursive: true, force: true });
      return sample;
    },
  };
}
