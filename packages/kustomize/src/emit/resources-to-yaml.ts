import type { Resource } from '@gitops-toolkit/core';
import { emitDocuments, YamlError } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';

/** Resources as one stream of documents. @throws KustomizeError KUSTOMIZE_INVALID_RESOURCE */
export function resourcesToYaml(resources: readonly Resource[]): string {
  try {
    return emitDocuments(resources.map(({ object }) => object));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError('KUSTOMIZE_INVALID_RESOURCE', error.message, { cause: error });
  }
}
