import type { FileTree, Resource } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';

/** What a build is made from, beside the object's spec. */
export interface BuildInput {
  readonly tree: FileTree;
  readonly variables: Readonly<Record<string, string>>;
  /** A variable without a value and a default fails the build. */
  readonly strictSubstitution: boolean;
}

/** The objects that a Kustomization stands for. */
export interface BuiltKustomization {
  readonly resources: readonly Resource[];
  /** `sha256:` of all of them as YAML. */
  readonly digest: string;
}

/** Builds what a Kustomization names, without holding up the thread that asks for it. */
export interface KustomizationBuilder {
  build(object: Kustomization, input: BuildInput, signal: AbortSignal): Promise<BuiltKustomization>;
}
