import { type ChildProcess, spawn } from 'node:child_process';

import { EnvtestError } from '../errors.ts';

/** Programs that still run; killed when this process exits, so that a crashed test leaves none behind. */
const running = new Set<ChildProcess>();
let hooked = false;

/** A program under our control, with the end of its output at hand for error messages. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #exited: Promise<void>;
  #output = '';

  constructor(name: string, path: string, args: readonly string[]) {
    if (!hooked) process.on('exit', killAll);
    hooked = true;
    this.#name = name;
    this.#child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.#child);
    this.#child.stdout?.on('data', this.#keep);
    this.#child.stderr?.on('data', this.#keep);
    this.#exited = new Promise((resolve) => {
      const done = (): void => {
        running.delete(this.#child);
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

  /** @throws EnvtestError `ENVTEST_BINARY_FAILED` when the program has ended. */
  assertRunning(): void {
    if (running.has(this.#child)) return;
    const tail = this.#output.trim().split('\n').slice(-5).join('\n');
    throw new EnvtestError('ENVTEST_BINARY_FAILED', `${this.#name} ended while starting: ${tail}`);
  }

  /** Kills at once: the data is thrown away, so there is nothing to shut down in order. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
