import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import type { TestServer } from '../../test-server.ts';

/** What a run of the program printed, and how it ended. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** The program from the folder of the real server, or from the PATH. */
export function findKubectl(): string | undefined {
  const folders = [process.env['KUBEBUILDER_ASSETS'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'kubectl'))
    .find((path) => existsSync(path));
}

const TIMEOUT_MS = 30_000;

/** The real kubectl, with a home and a working folder of its own, talking to one server. */
export class Kubectl implements AsyncDisposable {
  readonly #program: string;
  readonly #folder: string;

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  static async against(server: TestServer, program: string): Promise<Kubectl> {
    const folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
    await writeFile(join(folder, 'kubeconfig'), server.kubeconfig(), { mode: 0o600 });
    return new Kubectl(program, folder);
  }

  /** Puts files where commands find them by their names. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.#folder, name)), { recursive: true });
      await writeFile(join(this.#folder, name), text);
    }
  }

  run(args: readonly string[]): Promise<Output> {
    const { child, output } = this.#spawn(args);
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    return output.finally(() => clearTimeout(timer));
  }

  /** Runs until it has printed as many lines as wanted, while `during` makes things happen after the first. */
  async watch(args: readonly string[], lines: number, during: () => Promise<unknown>): Promise<Output> {
    const { child, output } = this.#spawn(args);
    const printed = lineCounter(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    await printed(1);
    await during();
    await printed(lines);
    child.kill('SIGKILL');
    clearTimeout(timer);
    return { ...(await output), code: 0 };
  }

  #spawn(args: readonly string[]): { child: ChildProcess; output: Promise<Output> } {
    const child = spawn(this.#program, args, {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: this.#folder,
        KUBECONFIG: join(this.#folder, 'kubeconfig'),
        TZ: 'UTC',
      },
    });
    const output = new Promise<Output>((resolve, reject) => {
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
      child.on('error', reject);
      child.on('close', (code) => resolve({ stdout, stderr, code }));
    });
    return { child, output };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/** Waits until a program has printed a number of lines, or has ended. */
function lineCounter(child: ChildProcess): (lines: number) => Promise<void> {
  let count = 0;
  let ended = false;
  let look = (): void => {};
  child.stdout?.on('data', (chunk: Buffer) => {
    count += chunk.toString('utf8').split('\n').length - 1;
    look();
  });
  child.once('close', () => {
    ended = true;
    look();
  });
  return (lines) =>
    new Promise((resolve) => {
      look = () => (count >= lines || ended ? resolve() : undefined);
      look();
    });
}
