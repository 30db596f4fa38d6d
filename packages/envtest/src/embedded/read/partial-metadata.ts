import type { KubeObject } from '@gitops-toolkit/core';

/** An object without anything but its metadata. */
export function partialMetadata(object: KubeObject, version = 'v1'): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}
