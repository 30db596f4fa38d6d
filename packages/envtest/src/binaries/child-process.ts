import { type ChildProcess, spawn } from 'node:child_process';

import { EnvtestError } from '../errors.ts';

/** A program under our control, with the end of its output at hand for error messages. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #exited: Promise<void>;
  #isRunning = true;
  #output = '';

  constructor(name: string, path: string, args: readonly string[]) {
    this.#name = name;
    this.#child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', this.#keep);
    this.#child.stderr?.on('data', this.#keep);
    this.#exited = new Promise((resolve) => {
      const done = (): void => {
        this.#isRunning = false;
        resolve();
      };
      this.#child.once('exit', done);
      this.#child.once('error', (error) => {
        this.#output += error.message;
        done();
      });
    });
  }

  #keep = (chunk: Buffer): void => {
    this.#output = (this.#output + chunk.toString('utf8')).slice(-8000);
  };

  /** The process, while there is one. */
  get pid(): number | undefined {
    return this.#isRunning ? this.#child.pid : undefined;
  }

  /** Resolves when the program has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** @throws EnvtestError `ENVTEST_BINARY_FAILED` when the program has ended. */
  assertRunning(): void {
    if (this.#isRunning) return;
    const tail = this.#output.trim().split('\n').slice(-5).join('\n');
    throw new EnvtestError('ENVTEST_BINARY_FAILED', `${this.#name} ended while starting: ${tail}`);
  }

  /** Kills at once: the data is thrown away, so there is nothing to shut down in order. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
