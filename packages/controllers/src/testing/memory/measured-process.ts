import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { MeasuredRequest, Memory } from './measured-script.ts';

/** Controllers in a process of their own, whose memory is measured. */
export class MeasuredProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the controllers ended with ${String(code)}`);
    });
    this.#ended.catch(() => {});
  }

  static async start(request: MeasuredRequest): Promise<MeasuredProcess> {
    const child = fork(path.join(import.meta.dirname, 'measured-script.ts'), {
      execArgv: ['--conditions=@gitops-toolkit/source', '--expose-gc'],
    });
    const measured = new MeasuredProcess(child);
    await measured.#ask(request);
    return measured;
  }

  /** Makes so many more runs, and measures then. */
  async run(count: number): Promise<Memory> {
    return (await this.#ask(count)) as Memory;
  }

  async #ask(message: MeasuredRequest | number): Promise<unknown> {
    const answer = once(this.#child, 'message');
    this.#child.send(message);
    const [value] = (await Promise.race([answer, this.#ended])) as unknown[];
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.disconnect();
    await this.#ended.catch(() => {});
  }
}
