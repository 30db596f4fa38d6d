import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Benchmark, Side } from '../benchmark.ts';
import { measureJsonProcess } from '../json-process.ts';
import { findProgram, measureProgram } from '../measure-program.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { generateIndex } from './helm-index/generate-index.ts';

const BYTES = 50_000_000;
const CHART = 'chart-150';
const CONSTRAINT = '^2';

/** From an index of 50 MB on the disk to one version: ours, and `helm search repo`, which reads the same file. */
export const bench: Benchmark = {
  name: 'helm-index',
  async *comparisons() {
    using temporary = new TemporaryFolder();
    const file = temporary.join('bench-index.yaml');
    await pipeline(Readable.from(generateIndex(BYTES)), createWriteStream(file));
    const entries = packageEntries(['core', 'yaml', 'schema', 'go-template', 'helm']);
    const helm = findProgram('helm');
    yield {
      title: 'an index of 50 MB to one version',
      notes: [...(helm === undefined ? ['helm is not on PATH: ours alone'] : []), ...notesOn(entries)],
      ours: [oursSide(file, entries, temporary)],
      ...(helm !== undefined && { peer: helmSide(helm, temporary) }),
    };
  },
};

function oursSide(file: string, entries: PackageEntries, temporary: TemporaryFolder): Side {
  const script = path.join(import.meta.dirname, 'helm-index', 'find-once.ts');
  const args = [entries.url('helm/repository'), file, CHART, CONSTRAINT];
  return {
    name: 'readIndex(), process',
    measure: () => measureJsonProcess({ script, args, entries, temporary }),
  };
}

/** The program takes indexes that were fetched before from its cache. */
function helmSide(helm: string, temporary: TemporaryFolder): Side {
  const config = temporary.join('repositories.yaml');
  writeFileSync(config, 'apiVersion: ""\nrepositories:\n- name: bench\n  url: https://charts.example.com\n');
  mkdirSync(temporary.join('home'), { recursive: true });
  const env = {
    HOME: temporary.join('home'),
    HELM_REPOSITORY_CONFIG: config,
    HELM_REPOSITORY_CACHE: path.dirname(config),
  };
  const args = ['search', 'repo', `bench/${CHART}`, '--version', CONSTRAINT];
  return { name: 'helm search repo', measure: () => measureProgram({ command: helm, args, env }) };
}
