import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { MemoryTree, walkFiles } from '../../packages/core/src/index.ts';
import { DiskTree } from '../../packages/core/src/node/index.ts';
import { build } from '../../packages/kustomize/src/index.ts';
import type { Benchmark, Comparison, Side } from '../benchmark.ts';
import { findProgram, measureProgram } from '../measure-program.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { plainScript } from '../plain-script.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { corpusOverlays, generatedOverlay, type Overlay } from './kustomize-build/overlay.ts';

const SIZES = [10, 100, 1000];
/** The peer takes minutes for it. */
const OURS_ALONE = 10_000;
/** Builds before the first that counts go on for so long, at most so often. */
const WARM_UP = { millis: 1000, builds: 20 };
/** Short builds are repeated until a sample takes so long. */
const SAMPLE_MS = 50;

/** Ours in a warm process and as a process of its own, against the program `kustomize build`. */
export const bench: Benchmark = {
  name: 'kustomize-build',
  options: { corpus: { type: 'string' }, resources: { type: 'string' } },
  async *comparisons({ corpus, resources }) {
    using temporary = new TemporaryFolder();
    const entries = packageEntries(['core', 'yaml', 'schema', 'patch', 'kustomize']);
    const peer = findProgram('kustomize');
    const sizes = resources === undefined ? [...SIZES, OURS_ALONE] : resources.split(',').map(Number);
    for (const size of sizes) {
      const overlay = generatedOverlay(size, temporary);
      if (size < OURS_ALONE) yield comparison(overlay, entries, temporary, peer);
      else yield { ...comparison(overlay, entries, temporary, undefined, ['ours alone']), maxRounds: 3 };
    }
    if (corpus === undefined) return;
    for (const overlay of corpusOverlays(corpus)) yield comparison(overlay, entries, temporary, peer);
  },
};

function comparison(
  overlay: Overlay,
  entries: PackageEntries,
  temporary: TemporaryFolder,
  peer: string | undefined,
  notes: readonly string[] = peer === undefined ? ['kustomize is not on PATH: ours alone'] : [],
): Comparison {
  const [ourFile, peerFile] = [temporary.join('ours.yaml'), temporary.join('peer.yaml')];
  const script = path.join(import.meta.dirname, 'kustomize-build', 'build-once.ts');
  const cold = coldSide(overlay, entries, plainScript(script, temporary), ourFile);
  const ours = [warmSide(overlay), cold];
  const allNotes = [...notes, ...notesOn(entries)];
  if (peer === undefined) return { title: overlay.title, notes: allNotes, ours };
  return {
    title: overlay.title,
    notes: allNotes,
    ours,
    peer: {
      name: 'kustomize build',
      async measure() {
        const sample = await measureProgram({
          command: peer,
          args: ['build', ...overlay.args],
          cwd: overlay.folder,
          outputFile: peerFile,
        });
        // Both have written by now: a figure counts for the same output alone.
        if (!readFileSync(ourFile).equals(readFileSync(peerFile)))
          throw new Error(`${overlay.title}: ours and kustomize print different output`);
        return sample;
      },
    },
  };
}

/** Packages imported, the tree in memory: what a build costs inside a controller. */
function warmSide({ folder, options }: Overlay): Side {
  let tree: MemoryTree | undefined;
  const run = () => build(tree ?? MemoryTree.from({}), options).toYaml();
  return {
    name: 'ours, warm',
    measure() {
      if (tree === undefined) {
        tree = readTree(folder);
        const started = performance.now();
        for (let i = 0; i < WARM_UP.builds && performance.now() - started < WARM_UP.millis; i++) run();
      }
      const [started, cpu] = [performance.now(), process.cpuUsage()];
      let builds = 0;
      do {
        run();
        builds++;
      } while (performance.now() - started < SAMPLE_MS);
      const { user, system } = process.cpuUsage(cpu);
      return Promise.resolve({
        wallMs: (performance.now() - started) / builds,
        cpuMs: (user + system) / 1000 / builds,
      });
    },
  };
}

/** A process that starts, reads the folder, builds and writes: what a command costs. */
function coldSide(
  { folder, options }: Overlay,
  entries: PackageEntries,
  script: string,
  outputFile: string,
): Side {
  const urls = [entries.url('core/node'), entries.url('kustomize')];
  return {
    name: 'ours, process',
    measure: () =>
      measureProgram({
        command: process.execPath,
        args: [...entries.flags, script, ...urls, folder, JSON.stringify(options)],
        outputFile,
      }),
  };
}

function readTree(folder: string): MemoryTree {
  const disk = new DiskTree(folder);
  return new MemoryTree(
    [...walkFiles(disk)].map(({ path: file, kind, target }) => [
      file,
      kind === 'symlink' ? { symlink: target ?? '' } : (disk.read(file) ?? new Uint8Array()),
    ]),
  );
}
