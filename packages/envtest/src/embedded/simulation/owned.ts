import type { KubeObject, OwnerReference } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';

/** The owner that manages an object, if it has one. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** The objects of a resource that an owner manages and that are not on their way out. */
export function ownedBy(engine: Engine, resource: string, owner: KubeObject): KubeObject[] {
  return engine
    .list(resource, owner.metadata.namespace)
    .filter(
      (object) =>
        controllerOf(object)?.uid === owner.metadata.uid && object.metadata.deletionTimestamp === undefined,
    );
}

/** The reference by which an object names its manager. */
export function ownerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  const { name = '', uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
