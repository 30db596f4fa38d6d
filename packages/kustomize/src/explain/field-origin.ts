import type { SourceLocation } from '@gitops-toolkit/core';

/** Where the value of a field comes from. */
export interface FieldOrigin {
  /** `file`: it stands in a file of resources; `generator` and `transformer`: one of these has made it. */
  readonly kind: 'file' | 'generator' | 'transformer';
  /** What has made it: `patch 2`, `namePrefix`, `configMapGenerator app-config`; nothing for a file. */
  readonly step?: string;
  /** The file of the kustomization that lists the generator or transformer, from the root of the tree. */
  readonly kustomization?: string;
  /**
   * The place: in the file of the resource, in the patch (its file, or the kustomization that holds it), or the
   * entry of the kustomization.
   */
  readonly source?: SourceLocation;
}
