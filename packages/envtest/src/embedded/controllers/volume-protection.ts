import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { StoreEvent } from '../store/entry.ts';
import { PV_PROTECTION, PVC_PROTECTION } from '../strategy/kinds/storage.ts';
import type { Controller, ControllerContext } from './controller.ts';

const CLAIMS = '/persistentvolumeclaims';
const VOLUMES = '/persistentvolumes';

/** Lets claims and volumes go that are deleted and that nobody uses any more. */
export class VolumeProtection implements Controller {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  observe(resource: string, { type, entry }: StoreEvent): void {
    const { namespace } = entry.object.metadata;
    const isDeleted = type !== 'DELETED' && entry.object.metadata.deletionTimestamp !== undefined;
    if (resource === CLAIMS && isDeleted) this.#enqueue(resource, entry.key, PVC_PROTECTION);
    if (resource === VOLUMES && isDeleted) this.#enqueue(resource, entry.key, PV_PROTECTION);
    if (resource === '/pods' && type === 'DELETED') {
      for (const claim of this.#context.engine.store.bucket(CLAIMS).range(`${namespace}/`)) {
        if (claim.object.metadata.deletionTimestamp !== undefined)
          this.#enqueue(CLAIMS, claim.key, PVC_PROTECTION);
      }
    }
  }

  #enqueue(resource: string, key: string, finalizer: string): void {
    const { queue, engine, client } = this.#context;
    queue.add(`protection/${resource}/${key}`, () => {
      const object = engine.store.bucket(resource).get(key)?.object;
      if (!object || this.#isUsed(object)) return;
      client.update(object, ({ metadata }) => {
        metadata.finalizers = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
      });
    });
  }

  #isUsed({ kind, metadata, status }: KubeObject): boolean {
    const { engine } = this.#context;
    if (kind === 'PersistentVolume')
      return getOwn(status, 'phase') === 'Bound' && this.#claimExists(metadata.name);
    return engine.list('/pods', metadata.namespace).some((pod) => {
      const volumes = (getOwn(pod['spec'], 'volumes') ?? []) as unknown[];
      return volumes.some(
        (volume) => getOwn(getOwn(volume, 'persistentVolumeClaim'), 'claimName') === metadata.name,
      );
    });
  }

  #claimExists(volume: string | undefined): boolean {
    return this.#context.engine.list(CLAIMS).some((claim) => getOwn(claim['spec'], 'volumeName') === volume);
  }
}
