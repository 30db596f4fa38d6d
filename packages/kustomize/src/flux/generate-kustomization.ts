import type { FileTree } from '@gitops-toolkit/core';

/** The fields of a Flux Kustomization's spec that become part of the kustomization that is built. */
export interface KustomizationSpec {
  readonly targetNamespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly patches?: readonly {
    readonly patch: string;
    readonly target?: Readonly<Record<string, string>>;
  }[];
  readonly images?: readonly {
    readonly name: string;
    readonly newName?: string;
    readonly newTag?: string;
    readonly digest?: string;
  }[];
  readonly components?: readonly string[];
  readonly ignoreMissingComponents?: boolean;
  readonly buildMetadata?: readonly string[];
}
export declare function generateKustomization(
  tree: FileTree,
  path: string,
  spec: KustomizationSpec,
): FileTree;
