import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Benchmark, Comparison, Side } from '../benchmark.ts';
import { measureJsonProcess } from '../json-process.ts';
import { findProgram, measureProgram } from '../measure-program.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { type ServerAddresses, ServerProcess } from './source/server-process.ts';
import { measurePolls } from './source/poll-fleet.ts';

/** One team of a hundred. */
const ONE_PERCENT = ['teams/team-7'];
const POLLS = 200;
const CHART = ['chart-150', '^2'];

/** Git, registries and Helm repositories, each by ours and by the program that people use for it. */
export const bench: Benchmark = {
  name: 'source',
  options: { only: { type: 'string' }, n: { type: 'string' } },
  async *comparisons({ only = '', n = '1000' }) {
    using temporary = new TemporaryFolder();
    const entries = packageEntries([
      'core',
      'auth',
      'oci',
      'source',
      'helm',
      'kube',
      'runtime',
      'controllers',
    ]);
    const git = findProgram('git');
    using server = await ServerProcess.start(git, temporary);
    const world: World = { addresses: server.addresses, entries, temporary, git };
    for (const comparison of [
      ...ofGit(world),
      ...ofRegistry(world),
      ofHelm(world),
      ofFleet(world, Number(n)),
    ])
      if (comparison.title.includes(only)) yield comparison;
  },
};

interface World {
  readonly addresses: ServerAddresses;
  readonly entries: PackageEntries;
  readonly temporary: TemporaryFolder;
  readonly git: string | undefined;
}

/** A script of ours in a process of its own. */
function ours(name: string, script: string, args: readonly string[], { entries, temporary }: World): Side {
  const run = { script: path.join(import.meta.dirname, 'source', script), args, entries, temporary };
  return { name, measure: () => measureJsonProcess(run) };
}

function ofGit(world: World): Comparison[] {
  const { addresses, entries, temporary, git } = world;
  const notes =
    git === undefined
      ? ['git is not on PATH: ours alone, from our own server', ...notesOn(entries)]
      : ['all are processes of their own, served by git http-backend', ...notesOn(entries)];
  const peer = git === undefined ? {} : { peer: cloneSide(git, addresses.git, temporary) };
  const tree = [entries.url('source'), addresses.git];
  const store = [entries.url('source'), entries.url('core/node'), addresses.git, temporary.join('artifacts')];
  return [
    {
      title: 'git: the newest commit of a tree of 50 MB',
      notes,
      ours: [ours('fetchGit()', 'fetch-tree.ts', tree, world)],
      ...peer,
    },
    {
      title: 'git: the same as a stored artifact with its digest',
      notes,
      ours: [ours('fetchGit(), store()', 'store-artifact.ts', store, world)],
      ...peer,
    },
    {
      title: 'git: some 1 % of its paths, beside a clone of the whole',
      notes,
      ours: [ours('fetchGit({ paths })', 'fetch-tree.ts', [...tree, ...ONE_PERCENT], world)],
      ...peer,
    },
    {
      title: `git: ${POLLS} looks at a branch that has not changed`,
      notes,
      ours: [ours('resolve()', 'poll.ts', [...tree, String(POLLS)], world)],
    },
  ];
}

function cloneSide(git: string, url: string, temporary: TemporaryFolder): Side {
  return {
    name: 'git clone --depth 1',
    measure() {
      // Each is kept until the end: ext4 is slow to create files where as many were just deleted.
      const target = mkdtempSync(temporary.join('clone-'));
      const args = ['clone', '--quiet', '--depth=1', '--branch=main', url, target];
      return measureProgram({ command: git, args });
    },
  };
}

function ofRegistry(world: World): Comparison[] {
  const { addresses, entries, temporary } = world;
  const oras = findProgram('oras');
  const args = [entries.url('oci'), addresses.registry, 'v1'];
  const notes = [...(oras === undefined ? ['oras is not on PATH: ours alone'] : []), ...notesOn(entries)];
  const peer = oras === undefined ? {} : { peer: orasSide(oras, addresses.registry, temporary) };
  return [
    {
      title: 'oci: a layer of 30 MB',
      notes: ['processes of their own', ...notes],
      ours: [ours('pullLayer()', 'pull-artifact.ts', args, world)],
      ...peer,
    },
    {
      title: 'oci: the same in a process that runs, beside a whole process of the peer',
      notes,
      ours: [ours('pullLayer()', 'pull-artifact.ts', [...args, 'warm'], world)],
      ...peer,
    },
  ];
}

function orasSide(oras: string, repository: string, temporary: TemporaryFolder): Side {
  const target = temporary.join('pulled');
  return {
    name: 'oras pull',
    async measure() {
      const args = ['pull', '--plain-http', `${repository}:v1`, '--output', target];
      const sample = await measureProgram({ command: oras, args });
      rmSync(target, { recursive: true, force: true });
      return sample;
    },
  };
}

function ofHelm(world: World): Comparison {
  const { addresses, entries } = world;
  const args = [entries.url('source/helm'), entries.url('helm/repository'), addresses.charts, ...CHART];
  return {
    title: 'helm: from an index of 50 MB on a server to one version',
    notes: notesOn(entries),
    ours: [ours('fetchIndex(), find()', 'find-chart.ts', args, world)],
  };
}

function ofFleet({ entries, temporary }: World, size: number): Comparison {
  return {
    title: `controller: ${size} GitRepositories looked at every minute`,
    notes: ['the process of the controller alone, for a minute', ...notesOn(entries)],
    ours: [{ name: 'gitRepositoryController()', measure: () => measurePolls(size, entries, temporary) }],
    maxRounds: 1,
  };
}
