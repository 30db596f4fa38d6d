import type { Artifact } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import type { ArtifactOwner } from '@gitops-toolkit/source';

/** What the objects of all kinds of sources have. */
export type SourceObject = KubeObject & {
  spec: { interval?: string; suspend?: boolean };
  status?: {
    observedGeneration?: number;
    artifact?: Artifact;
    /** Of the alias that stands for the newest artifact; kinds without one have none. */
    url?: string;
  };
};

/** Under which name the artifacts of an object are stored. */
export function artifactOwner({ kind, metadata }: KubeObject): ArtifactOwner {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
}
