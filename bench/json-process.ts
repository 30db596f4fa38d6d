import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Sample } from './benchmark.ts';
import { measureProgram } from './measure-program.ts';
import type { PackageEntries } from './package-entries.ts';

/** A script of ours as a process of its own, which writes figures of its own as JSON. */
export interface JsonProcess {
  readonly script: string;
  readonly args: readonly string[];
  readonly entries: PackageEntries;
  /** Where its standard output goes on the way. */
  readonly outputFile: string;
}

/** Runs a script of ours; its figures, and beside them those of the process. */
export async function measureJsonProcess({
  script,
  args,
  entries,
  outputFile,
}: JsonProcess): Promise<Sample> {
  const sample = await measureProgram({
    command: process.execPath,
    args: [...entries.flags, script, ...args],
    outputFile,
  });
  return { ...sample, ...(JSON.parse(readFileSync(outputFile, 'utf8')) as Sample) };
}
