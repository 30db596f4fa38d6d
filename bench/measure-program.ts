import { spawn, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Sample } from './benchmark.ts';

/** A program to run. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file for its standard output. @default nowhere */
  readonly outputFile?: string;
}

const GNU_TIME = '/usr/bin/time';
const MARK = 'measured:';

/**
 * Runs a program to its end. CPU time and peak memory come from GNU time where the machine has it: the time
 * with that of the program's own children, in steps of 10 ms; the memory of the largest of these processes.
 */
export async function measureProgram(program: Program): Promise<Sample> {
  const [command, args] = hasGnuTime()
    ? [GNU_TIME, ['-f', `${MARK} %U %S %M`, program.command, ...program.args]]
    : [program.command, program.args];
  const output = program.outputFile === undefined ? 'ignore' : openSync(program.outputFile, 'w');
  const started = performance.now();
  const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: program.cwd,
      env: { ...process.env, ...program.env },
      stdio: ['ignore', output, 'pipe'],
    });
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => (text += String(chunk)));
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ code: exitCode, stderr: text }));
  }).finally(() => {
    if (typeof output === 'number') closeSync(output);
  });
  const wallMs = performance.now() - started;
  if (code !== 0)
    throw new Error(`${program.command} ${program.args.join(' ')} ended with ${code}:\n${stderr}`);
  const found = /measured: ([\d.]+) ([\d.]+) (\d+)/.exec(stderr);
  if (!found) return { wallMs };
  return {
    wallMs,
    cpuMs: (Number(found[1]) + Number(found[2])) * 1000,
    peakMib: Number(found[3]) / 1024,
  };
}

/** Where a program is on PATH. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    if (folder !== '' && isExecutable(file)) return file;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let gnuTime: boolean | undefined;

function hasGnuTime(): boolean {
  gnuTime ??= /GNU/.test(spawnSync(GNU_TIME, ['--version'], { encoding: 'utf8' }).stdout ?? '');
  return gnuTime;
}
