import type { KubeObject } from '@gitops-toolkit/core';

import type { ReconcileContext, Reconciler } from '../controller/reconciler.ts';
import { keyString } from '../object-key.ts';
import type { Journal } from './journal.ts';

/** Looks at the runs of one process: no key runs twice at once, and which version of each has been reconciled. */
export class RunWatch {
  readonly #name: string;
  readonly #journal: Journal;
  readonly #running = new Set<string>();
  readonly #lastSeen = new Map<string, number>();
  readonly #reconciled = new Map<string, string>();

  constructor(name: string, journal: Journal) {
    this.#name = name;
    this.#journal = journal;
  }

  /** The version of an object in the last run of its key that went well; `undefined` where the object was gone. */
  reconciled(controller: string, object: KubeObject): string | undefined {
    const { namespace = '', name = '' } = object.metadata;
    return this.#reconciled.get(`${controller} ${keyString({ namespace, name })}`);
  }

  /** The same reconciler, looked at. */
  watched<T extends KubeObject>(controller: string, reconciler: Reconciler<T>): Reconciler<T> {
    return {
      reconcile: (object, context) =>
        this.#run(controller, context, object.metadata.resourceVersion, () =>
          reconciler.reconcile(object, context),
        ),
      deleted: (context) =>
        this.#run(controller, context, undefined, async () => reconciler.deleted?.(context)),
    };
  }

  /** No state is seen after a later one. */
  #checkOrder(key: string, version: string | undefined): void {
    const [seen, last] = [Number(version ?? 0), this.#lastSeen.get(key) ?? 0];
    if (seen > last) this.#lastSeen.set(key, seen);
    else if (seen > 0 && seen < last)
      this.#journal.violate(`${this.#name} sees ${key} at ${seen} after ${last}`);
  }

  async #run<R>(
    controller: string,
    { namespace = '', name }: ReconcileContext,
    version: string | undefined,
    run: () => Promise<R>,
  ): Promise<R> {
    const key = `${controller} ${keyString({ namespace, name })}`;
    if (this.#running.has(key)) this.#journal.violate(`${this.#name} runs ${key} twice at once`);
    this.#running.add(key);
    this.#checkOrder(key, version);
    this.#journal.add(`${this.#name} runs ${key} at ${version ?? 'none'}`);
    try {
      const result = await run();
      if (version === undefined) this.#reconciled.delete(key);
      else this.#reconciled.set(key, version);
      return result;
    } catch (error) {
      this.#journal.add(`${this.#name} failed ${key}: ${(error as Error).message}`);
      throw error;
    } finally {
      this.#running.delete(key);
    }
  }
}
