import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Program } from './child-process.ts';
import { Watchdog } from './watchdog.ts';

/** Programs that live and end together, and the temporary folder of their files. */
export class ProgramGroup {
  readonly folder: string;
  readonly #programs: Program[] = [];
  readonly #watchdog: Watchdog;

  private constructor(folder: string) {
    this.folder = folder;
    this.#watchdog = new Watchdog(folder);
  }

  static async create(): Promise<ProgramGroup> {
    return new ProgramGroup(await mkdtemp(join(tmpdir(), 'envtest-')));
  }

  start(name: string, path: string, args: readonly string[]): void {
    const program = new Program(name, path, args);
    this.#programs.push(program);
    this.#report();
    void program.exited.then(() => this.#report());
  }

  #report(): void {
    this.#watchdog.watch(this.#programs.flatMap(({ pid }) => pid ?? []));
  }

  /** @throws EnvtestError `ENVTEST_BINARY_FAILED` when one of them has ended. */
  assertRunning(): void {
    for (const program of this.#programs) program.assertRunning();
  }

  /** Ends all programs and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    this.#watchdog.dismiss();
  }
}
