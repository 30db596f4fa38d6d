import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { findProgram, measureProgram } from '../../bench/measure-program.ts';
import type { Sample } from '../../bench/benchmark.ts';
import type { PackageEntries } from '../../bench/package-entries.ts';
import { plainScript } from '../../bench/plain-script.ts';
import type { TemporaryFolder } from '../../bench/temporary-folder.ts';

/** What either runtime has a program for. */
export type ProgramName = 'cache' | 'copy' | 'follow';

/** Where a program works. */
export interface ProgramPlace {
  /** A kubeconfig file. */
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly apiVersion: string;
  readonly kind: string;
}

/** One runtime's programs: how to start one. */
export type Programs = (
  name: ProgramName,
  place: ProgramPlace,
) => { readonly command: string; readonly args: readonly string[] };

/** Ours, on Node. */
export function ourPrograms(entries: PackageEntries, temporary: TemporaryFolder): Programs {
  return (name, { kubeconfig, namespace, apiVersion, kind }) => {
    const script = plainScript(path.join(import.meta.dirname, 'ours', `${name}.ts`), temporary);
    const flags = [...entries.flags, ...(name === 'cache' ? ['--expose-gc'] : [])];
    const place = [kubeconfig, namespace, apiVersion, kind];
    return {
      command: process.execPath,
      args: [...flags, script, ...place, entries.url('kube'), entries.url('runtime')],
    };
  };
}

/** Those on controller-runtime; `undefined` where there is no Go to build them with. */
export function peerPrograms(temporary: TemporaryFolder): Programs | undefined {
  const go = findProgram('go');
  if (go === undefined) return undefined;
  const command = temporary.join('controller-runtime');
  const { status, stderr } = spawnSync(go, ['build', '-o', command, '.'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`controller-runtime cannot be built:\n${stderr}`);
  return (name, { kubeconfig, namespace, apiVersion, kind }) => ({
    command,
    args: [name, kubeconfig, namespace, apiVersion, kind],
  });
}

/** A program that answers each line of its input with a line of JSON, until the input ends. */
export class RunningProgram implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #input: Interface;
  readonly #ended: Promise<number | null>;

  /** @param programs of which runtime */
  constructor(programs: Programs, name: ProgramName, place: ProgramPlace) {
    const { command, args } = programs(name, place);
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#input = createInterface(this.#child.stdout);
    this.#lines = this.#input[Symbol.asyncIterator]();
  }

  async ask<T>(): Promise<T> {
    this.#child.stdin.write('\n');
    const line = await this.#lines.next();
    if (line.done) throw new Error(`the program ended with ${await this.#ended}`);
    return JSON.parse(line.value) as T;
  }

  /** Takes its time away; what comes meanwhile waits. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resume();
    this.#child.stdin.end();
    await this.#ended;
    this.#input.close();
  }
}

/** Runs a program to its end; gives what it says and what it needed. */
export async function runToEnd(
  program: ReturnType<Programs>,
  temporary: TemporaryFolder,
): Promise<{ readonly usage: Sample; readonly outputFile: string }> {
  const outputFile = temporary.join('figures.json');
  const usage = await measureProgram({ ...program, outputFile, env: { NODE_ENV: 'production' } });
  return { usage, outputFile };
}
