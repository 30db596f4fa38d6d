import type { KubeObject } from '@gitops-toolkit/core';
import type { ApplyRun } from './apply-options.ts';
import { ownerLabels } from './owner.ts';
import { signalOf } from './signal-of.ts';

/** From so many objects of a kind and namespace on, one list costs less than reading each. */
const MIN_OBJECTS = 6;

/**
 * The objects of the cluster that already have the owner's labels, read by one list for each kind
 * and namespace of which many are applied: what was applied before is found without a request of
 * its own. It may be seconds old, and an object that is not in it may exist without the labels.
 */
export class OwnedObjects {
  readonly #run: ApplyRun;
  readonly #counts = new Map<string, number>();
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, KubeObject>>>();

  constructor(objects: readonly KubeObject[], run: ApplyRun) {
    this.#run = run;
    for (const object of objects) this.#counts.set(keyOf(object), (this.#counts.get(keyOf(object)) ?? 0) + 1);
  }

  /** Whether objects like this one are listed. */
  covers(object: KubeObject): boolean {
    return (this.#counts.get(keyOf(object)) ?? 0) >= MIN_OBJECTS;
  }

  /** The object of the cluster, if it is in the list. A list that fails is an empty one. */
  async find(object: KubeObject): Promise<KubeObject | undefined> {
    const key = keyOf(object);
    const list = this.#lists.get(key) ?? this.#list(object);
    this.#lists.set(key, list);
    return (await list).get(object.metadata.name ?? '');
  }

  async #list(like: KubeObject): Promise<ReadonlyMap<string, KubeObject>> {
    const { client, owner } = this.#run;
    const { namespace } = like.metadata;
    const labels = Object.entries(ownerLabels(owner)).map(([key, value]) => `${key}=${value}`);
    const found = new Map<string, KubeObject>();
    try {
      const options = {
        labelSelector: labels.join(','),
        ...(namespace && { namespace }),
        ...signalOf(this.#run),
      };
      for await (const object of client.listAll(like, options)) found.set(object.metadata.name ?? '', object);
    } catch {
      // Who may read and not list, or list before the kind is served, reads one by one.
      this.#run.signal?.throwIfAborted();
    }
    return found;
  }
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion}|${kind}|${metadata.namespace ?? ''}`;
}
