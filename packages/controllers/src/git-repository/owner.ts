import type { GitRepository } from '@gitops-toolkit/api';
import type { ArtifactOwner } from '@gitops-toolkit/source';

/** Under which name the artifacts of a GitRepository are stored. */
export function artifactOwner({ metadata }: GitRepository): ArtifactOwner {
  return { kind: 'GitRepository', namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
}
