import type { SelectorFields } from '../load/selector-fields.ts';

/** A patch of a Flux Kustomization. */
export interface KustomizationPatch {
  /** A strategic merge patch or JSON patch, in YAML or JSON. */
  readonly patch: string;
  readonly target?: SelectorFields;
}

/** An image override of a Flux Kustomization. */
export interface KustomizationImage {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** The fields of a Flux Kustomization's spec that become part of the kustomization that is built. */
export interface KustomizationSpec {
  readonly targetNamespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  /** Added after those of the file. */
  readonly patches?: readonly KustomizationPatch[];
  /** Those of the file with the same name are changed, others added. */
  readonly images?: readonly KustomizationImage[];
  /** Paths from the kustomization's directory. */
  readonly components?: readonly string[];
  /** Leaves out components that are not there. @default false */
  readonly ignoreMissingComponents?: boolean;
  /** Takes the place of the file's. */
  readonly buildMetadata?: readonly string[];
}
