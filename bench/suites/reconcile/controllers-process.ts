import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ClusterConfig } from '../../../packages/kube/src/index.ts';
import type { PackageEntries } from '../../package-entries.ts';
import { plainScript } from '../../plain-script.ts';
import type { TemporaryFolder } from '../../temporary-folder.ts';
import type { ControllersRequest, Usage } from './controllers.ts';

/** How the controllers are started. */
export interface ControllersOptions {
  readonly config: ClusterConfig;
  readonly namespace: string;
  readonly entries: PackageEntries;
  /** Where the script is kept as plain JavaScript. */
  readonly temporary: TemporaryFolder;
}

/** The controllers at work in a process of their own. */
export class ControllersProcess implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the controllers ended with ${code}`);
    });
    this.#ended.catch(() => {});
  }

  static async start({
    config,
    namespace,
    entries,
    temporary,
  }: ControllersOptions): Promise<ControllersProcess> {
    const child = fork(plainScript(path.join(import.meta.dirname, 'controllers.ts'), temporary), {
      execArgv: [...entries.flags],
    });
    const controllers = new ControllersProcess(child);
    const names = ['controllers', 'kube', 'runtime', 'source'] as const;
    const urls = Object.fromEntries(
      names.map((name) => [name, entries.url(name)]),
    ) as unknown as ControllersRequest['urls'];
    await controllers.#ask({ config, namespace, urls } satisfies ControllersRequest);
    return controllers;
  }

  /** What they needed since they were asked last. */
  async takeUsage(): Promise<Usage> {
    return (await this.#ask('usage')) as Usage;
  }

  /** Waits for something, but no longer than the controllers live. */
  whileRunning<T>(wait: Promise<T>): Promise<T> {
    return Promise.race([wait, this.#ended]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It ends by itself then, and takes its files with it.
    if (this.#process.connected) this.#process.disconnect();
    await this.#ended.catch(() => {});
  }

  async #ask(message: ControllersRequest | string): Promise<unknown> {
    const answer = once(this.#process, 'message');
    this.#process.send(message);
    return (await this.whileRunning(answer))[0];
  }
}
