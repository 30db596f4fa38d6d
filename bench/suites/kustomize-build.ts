import { readFileSync } from 'node:fs';
import process from 'node:process';
import { MemoryTree, walkFiles } from '../../packages/core/src/index.ts';
import { DiskTree } from '../../packages/core/src/node/index.ts';
import { build } from '../../packages/kustomize/src/index.ts';
import type { Benchmark, Comparison, Side } from '../benchmark.ts';
import { findProgram, measureProgram } from '../measure-program.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { corpusOverlays, generatedOverlay, type Overlay } from './kustomize-build/overlay.ts';

const SIZES = [10, 100, 1000];
/** The peer takes minutes for it. */
const OURS_ALONE = 10_000;
/** A tenth of it, to see how time grows. */
const TENTH = 1000;
const GROWTH = 'growth, from 1000 to 10000 resources';
/** Builds before the first that counts go on for so long, at most so often. */
const WARM_UP = { millis: 1000, builds: 20 };
/** Short builds are repeated until a sample takes so long. */
const SAMPLE_MS = 50;

/** Ours in a warm process and as a program, against the program `kustomize build`. */
export const bench: Benchmark = {
  name: 'kustomize-build',
  options: { corpus: { type: 'string' }, resources: { type: 'string' }, only: { type: 'string' } },
  async *comparisons({ corpus, resources, only = '' }) {
    using temporary = new TemporaryFolder();
    const entries = packageEntries(['core', 'yaml', 'schema', 'patch', 'kustomize']);
    const peer = findProgram('kustomize');
    const sizes = resources === undefined ? [...SIZES, OURS_ALONE] : resources.split(',').map(Number);
    for (const size of sizes) {
      const overlay = generatedOverlay(size, temporary);
      if (!overlay.title.includes(only)) continue;
      if (size < OURS_ALONE) yield comparison(overlay, entries, temporary, peer);
      else yield { ...comparison(overlay, entries, temporary, undefined, ['ours alone']), maxRounds: 3 };
    }
    if (sizes.includes(OURS_ALONE) && GROWTH.includes(only)) yield growth(temporary);
    if (corpus === undefined) return;
    for (const overlay of corpusOverlays(corpus)) {
      if (overlay.title.includes(only)) yield comparison(overlay, entries, temporary, peer);
    }
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
  const ours = [warmSide(overlay, 'ours, warm'), coldSide(overlay, entries, ourFile)];
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

/** The yardstick is our own build of a tenth: ten times its time would be growth by a straight line. */
function growth(temporary: TemporaryFolder): Comparison {
  return {
    title: GROWTH,
    notes: ['the ratio is that of our own times'],
    ours: [warmSide(generatedOverlay(OURS_ALONE, temporary), `ours, ${OURS_ALONE} resources`)],
    peer: warmSide(generatedOverlay(TENTH, temporary), `ours, ${TENTH} resources`),
  };
}

/** Packages imported, the tree in memory: what a build costs inside a controller. */
function warmSide({ folder, options }: Overlay, name: string): Side {
  let tree: MemoryTree | undefined;
  const run = () => build(tree ?? MemoryTree.from({}), options).toYaml();
  return {
    name,
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

/** Our program, which starts, reads the folder, builds and writes: what a command costs. */
function coldSide({ folder, args }: Overlay, entries: PackageEntries, outputFile: string): Side {
  return {
    name: 'ours, process',
    measure: () =>
      measureProgram({
        command: process.execPath,
        args: [...entries.program('kustomize', 'cli/bin'), 'build', ...args],
        cwd: folder,
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
