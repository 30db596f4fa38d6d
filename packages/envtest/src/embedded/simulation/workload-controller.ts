import type { KubeObject } from '@gitops-toolkit/core';

import type { Controller, ControllerContext } from '../controllers/controller.ts';
import type { StoreEvent } from '../store/entry.ts';
import { storeKey } from '../store/store.ts';
import { controllerOf } from './owned.ts';

/** The kind that a controller looks after. */
export interface WorkloadKind {
  readonly resource: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** A resource whose changes concern all objects of the kind in the same namespace. */
  readonly watches?: string;
}

/** Looks at an object of its kind whenever it or something that it manages changes. */
export class WorkloadController implements Controller {
  readonly #kind: WorkloadKind;
  readonly #context: ControllerContext;
  readonly #reconcile: (object: KubeObject, context: ControllerContext) => void;

  constructor(
    kind: WorkloadKind,
    context: ControllerContext,
    reconcile: (object: KubeObject, context: ControllerContext) => void,
  ) {
    this.#kind = kind;
    this.#context = context;
    this.#reconcile = reconcile;
  }

  observe(resource: string, { type, entry }: StoreEvent): void {
    if (resource === this.#kind.resource) {
      if (type !== 'DELETED') this.#enqueue(entry.key);
      return;
    }
    const { namespace } = entry.object.metadata;
    if (resource === this.#kind.watches) {
      const bucket = this.#context.engine.store.bucket(this.#kind.resource);
      for (const { key } of bucket.range(`${namespace}/`)) this.#enqueue(key);
    }
    const owner = controllerOf(entry.object);
    if (owner?.kind !== this.#kind.kind || owner.apiVersion !== this.#kind.apiVersion) return;
    this.#enqueue(storeKey(namespace, owner.name));
  }

  #enqueue(key: string): void {
    const { resource } = this.#kind;
    this.#context.queue.add(`${resource}/${key}`, () => {
      const object = this.#context.engine.store.bucket(resource).get(key)?.object;
      // What is being deleted is left to the garbage collector.
      if (object && object.metadata.deletionTimestamp === undefined) this.#reconcile(object, this.#context);
    });
  }
}
