import type { Owner } from '@gitops-toolkit/apply';
import type { Kustomization } from '@gitops-toolkit/api';

/** On whose behalf the objects of a Kustomization are applied and deleted. */
export function ownerOf(object: Kustomization, fieldManager: string): Owner {
  const { name = '', namespace = '' } = object.metadata;
  return { fieldManager, group: 'kustomize.toolkit.fluxcd.io', name, namespace };
}
