import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Sample } from './benchmark.ts';
import { measureProgram } from './measure-program.ts';
import type { PackageEntries } from './package-entries.ts';
import { plainScript } from './plain-script.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** A script of ours as a process of its own, which writes figures of its own as JSON. */
export interface JsonProcess {
  readonly script: string;
  readonly args: readonly string[];
  readonly entries: PackageEntries;
  /** Where it is kept as plain JavaScript, and what it writes. */
  readonly temporary: TemporaryFolder;
}

/** Runs a script of ours; its figures, and beside them those of the process. */
export async function measureJsonProcess(run: JsonProcess): Promise<Sample> {
  const { script, args, entries, temporary } = run;
  const outputFile = temporary.join('figures.json');
  const sample = await measureProgram({
    command: process.execPath,
    args: [...entries.flags, plainScript(script, temporary), ...args],
    outputFile,
  });
  return { ...sample, ...(JSON.parse(readFileSync(outputFile, 'utf8')) as Sample) };
}
