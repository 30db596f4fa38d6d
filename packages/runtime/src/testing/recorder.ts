import type { KubeObject } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import type { ObjectChange } from '../watch/object-change.ts';

/** Writes down what really happens to the ConfigMaps of a namespace, in the words of a `Churn`. */
export class Recorder implements AsyncDisposable {
  readonly happened: Map<string, string[]> = new Map();
  /** The version up to which everything is written down. */
  version = 0n;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;

  /** @param client one that does not fail */
  constructor(client: KubeClient, namespace: string) {
    this.#reading = this.#read(client, namespace);
  }

  async #read(client: KubeClient, namespace: string): Promise<void> {
    const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const { signal } = this.#stop;
    try {
      for await (const { type, object } of client.watch(kind, { namespace, signal })) {
        const { name = '', resourceVersion = '0' } = object.metadata;
        this.version = BigInt(resourceVersion);
        if (type === 'BOOKMARK') continue;
        const value = (object['data'] as { value?: string } | undefined)?.value;
        const event = type === 'DELETED' ? 'deleted' : `${type === 'ADDED' ? 'created' : 'changed'} ${value}`;
        this.happened.set(name, [...(this.happened.get(name) ?? []), event]);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }
}

/** Checks that the changes that a cache tells are a story that can be true. */
export class StoryCheck {
  /** What does not fit together. */
  readonly problems: string[] = [];
  /** Versions by uid, for who only hears of the changes. */
  readonly known: Map<string, string> = new Map();

  readonly handle = ({ type, object }: ObjectChange<KubeObject>): void => {
    const { uid = '', name, resourceVersion = '' } = object.metadata;
    const before = this.known.get(uid);
    if ((before !== undefined) !== (type !== 'added')) this.problems.push(`${type} ${name} ${uid}`);
    if (type === 'updated' && BigInt(resourceVersion) <= BigInt(before ?? '0'))
      this.problems.push(`${name} went from ${before} to ${resourceVersion}`);
    if (type === 'deleted') this.known.delete(uid);
    else this.known.set(uid, resourceVersion);
  };
}
