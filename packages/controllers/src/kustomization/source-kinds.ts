import { Bucket, ExternalArtifact, GitRepository, OCIRepository } from '@gitops-toolkit/api';
import type { ResourceKind } from '@gitops-toolkit/runtime';

/** The kinds of sources that a Kustomization is built from, as Flux has them: ExternalArtifacts behind a feature gate. */
export function sourceKinds(externalArtifacts: boolean): readonly ResourceKind[] {
  const kinds: ResourceKind[] = [GitRepository, OCIRepository, Bucket];
  return externalArtifacts ? [...kinds, ExternalArtifact] : kinds;
}
