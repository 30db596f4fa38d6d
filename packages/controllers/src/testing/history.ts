import type { KubeObject } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

/** What became of one object, from its creation on. */
export interface Life {
  readonly uid: string;
  readonly name: string;
  /** The values that `valueOf` gave, without repetitions. */
  readonly values: string[];
  generation: number;
  isDeleted: boolean;
}

/** Writes down what happens to the objects of a kind in a namespace, as a watch without faults tells it. */
export class History implements AsyncDisposable {
  /** In the order of the creations. */
  readonly lives: Life[] = [];
  readonly #byUid = new Map<string, Life>();
  readonly #valueOf: (object: KubeObject) => string;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;

  constructor(
    client: KubeClient,
    kind: { readonly apiVersion: string; readonly kind: string },
    options: { readonly namespace: string; readonly valueOf: (object: KubeObject) => string },
  ) {
    this.#valueOf = options.valueOf;
    const { signal } = this.#stop;
    this.#reading = this.#read(client.watch(kind, { namespace: options.namespace, signal }));
  }

  /** The lives of an object: one, unless it was deleted and made again. */
  of(name: string): Life[] {
    return this.lives.filter((life) => life.name === name);
  }

  async #read(events: ReturnType<KubeClient['watch']>): Promise<void> {
    try {
      for await (const { type, object } of events) if (type !== 'BOOKMARK') this.#note(type, object);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #note(type: string, object: KubeObject): void {
    const { uid = '', name = '', generation = 0 } = object.metadata;
    const life = this.#byUid.get(uid) ?? { uid, name, values: [], generation, isDeleted: false };
    if (!this.#byUid.has(uid)) this.lives.push(life);
    this.#byUid.set(uid, life);
    life.generation = Math.max(life.generation, generation);
    life.isDeleted = type === 'DELETED';
    const value = this.#valueOf(object);
    if (!life.isDeleted && life.values.at(-1) !== value) life.values.push(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }
}
