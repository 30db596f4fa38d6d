import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LifeRequest } from './life-script.ts';
import { type Step, STEPS } from './moments.ts';

/** A moment in a life: what was being done, and the words for it. */
export interface Moment {
  readonly step: Step;
  readonly what: string;
}

/** One life of the controllers, from their start until they are killed. */
export class Life {
  readonly #process: ChildProcess;
  readonly #journal: string;
  /** Settles when they are dead; rejects where they ended by themselves. */
  readonly death: Promise<void>;
  #isDead = false;

  private constructor(child: ChildProcess, journal: string, death: Promise<void>) {
    this.#process = child;
    this.#journal = journal;
    this.death = death;
    death.then(
      () => (this.#isDead = true),
      () => (this.#isDead = true),
    );
  }

  /** @param standby gets to work at once */
  static async begin(standby: Standby, request: LifeRequest): Promise<Life> {
    const child = await standby.ready;
    child.send(request);
    return new Life(child, request.journal, standby.death);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Kills the controllers, whatever they are doing, and waits until they are gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.death;
  }

  /** What they did, in order. */
  async moments(): Promise<Moment[]> {
    const lines = (await readFile(this.#journal, 'utf8').catch(() => '')).split('\n');
    return lines.flatMap((line) => {
      const [word, ...what] = line.split(' ');
      const step = STEPS.find((known) => known === word);
      return step ? [{ step, what: what.join(' ') }] : [];
    });
  }
}

/** A process that has loaded the controllers and waits for its turn, so that a new life begins without delay. */
export class Standby {
  readonly ready: Promise<ChildProcess>;
  readonly death: Promise<void>;
  readonly #child: ChildProcess;

  /** @param cacheFolder where Node keeps compiled code, for the next ones */
  constructor(cacheFolder: string) {
    const script = path.join(import.meta.dirname, 'life-script.ts');
    const child = fork(script, {
      execArgv: ['--conditions=@gitops-toolkit/source'],
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder },
    });
    this.#child = child;
    this.ready = once(child, 'message').then(() => child);
    this.death = once(child, 'exit').then(([code, signal]) => {
      if (signal !== 'SIGKILL')
        throw new Error(`the controllers ended by themselves, with ${String(code ?? signal)}`);
    });
    this.ready.catch(() => {});
    this.death.catch(() => {});
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.death;
  }
}
