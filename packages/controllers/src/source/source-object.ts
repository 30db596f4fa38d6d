import type { Artifact } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import type { ArtifactOwner } from '@gitops-toolkit/source';

/** What the objects of all kinds of sources have. */
export type SourceObject = KubeObject & {
  spec: { interval?: string; suspend?: boolean };
  /** `url`: where the newest artifact is, whatever its revision; kinds that have an alias show it. */
  status?: { observedGeneration?: number; artifact?: Artifact; url?: string };
};

/** Under which name the artifacts of an object are stored. */
export function artifactOwner({ kind, metadata }: KubeObject): ArtifactOwner {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
}
