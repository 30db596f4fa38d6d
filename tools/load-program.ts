// How a program loads its main script: with the code that V8 made of it in the runs before.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, getCompileCacheDir } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** After so many runs the kept code has what a run like them needs, and is not written again. */
const LEARNING_RUNS = 4;

/** What of a script is kept in a file: the script itself, by which another version is known, and its code. */
interface Kept {
  readonly runs: number;
  readonly code: Buffer;
}

/**
 * Runs a script of the form `(function (exports, require, module, url) {…})`, in ASCII, and gives what it exports.
 *
 * Node's own compile cache has of a module only what was compiled before its first line ran, which is the few functions
 * that run at once: all others are compiled in each process anew, for a program of half a megabyte a third of its time.
 * Here the code is taken when the process ends, with all that has run until then, in the first runs, each of which adds
 * what it needed. It goes into the folder of Node's cache, which `enableCompileCache()` has chosen; without one, nothing
 * is kept; who may write there can have code run by Node's own cache as well. V8 itself turns down what another version of
 * it, or one with other flags, has made.
 *
 * @param url where the script is
 */
export function loadProgram<Exports>(url: URL): Exports {
  const file = fileURLToPath(url);
  const source = readFileSync(file);
  const place = placeOf(file);
  const kept = place === undefined ? undefined : readKept(place, source);
  const script = new Script(source.toString('latin1'), {
    filename: file,
    ...(kept && { cachedData: kept.code }),
  });
  const runs = kept && script.cachedDataRejected !== true ? kept.runs : 0;
  if (place !== undefined && runs < LEARNING_RUNS) {
    process.once('exit', () => keep(place, source, { runs: runs + 1, code: script.createCachedData() }));
  }
  const module = { exports: {} as Exports };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, createRequire(url), module, url.href);
  return module.exports;
}

/** Scripts of one folder and name have one file, which the newest of them has. */
function placeOf(file: string): string | undefined {
  const folder = getCompileCacheDir();
  return folder === undefined ? undefined : path.join(folder, `${encodeURIComponent(file).slice(-200)}.code`);
}

function readKept(place: string, source: Buffer): Kept | undefined {
  try {
    const data = readFileSync(place);
    const start = 1 + source.length;
    if (data.length <= start || !data.subarray(1, start).equals(source)) return undefined;
    return { runs: data[0] ?? 0, code: data.subarray(start) };
  } catch {
    return undefined;
  }
}

/** A run that cannot write, or that another overtakes, has lost nothing. */
function keep(place: string, source: Buffer, { runs, code }: Kept): void {
  const unfinished = `${place}.${process.pid}`;
  try {
    writeFileSync(unfinished, Buffer.concat([Buffer.from([runs]), source, code]));
    renameSync(unfinished, place);
  } catch {
    // What is left of it is in a folder for what may be deleted at any time.
  }
}
