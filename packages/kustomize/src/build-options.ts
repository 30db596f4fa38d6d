import type { BuildExtensions } from './extend/build-extensions.ts';
import type { Resource } from '@gitops-toolkit/core';
import type { HelmRenderer } from './generate/helm-renderer.ts';
import type { RemoteContents } from './load/remote-contents.ts';

/** How far the files that a kustomization names may be from it. */
export type LoadRestrictor = 'rootOnly' | 'none';

/** The order of the resources where the kustomization has no `sortOptions`. */
export type Reorder = 'none' | 'legacy';

/** What a build is told. Every default is that of the program `kustomize build`. */
export interface BuildOptions {
  /** The directory of the kustomization, from the root of the tree. @default '' */
  readonly path?: string;
  /**
   * `rootOnly`: files (not directories) must lie in or below the directory of the kustomization that names
   * them; `none`: anywhere in the tree. Nothing outside the tree is ever read.
   * @default 'rootOnly'
   */
  readonly loadRestrictor?: LoadRestrictor;
  /**
   * `legacy`: by kind, as the program prints; `none`: as the resources were read and generated, as Go's
   * library and Flux give them.
   * @default 'legacy'
   */
  readonly reorder?: Reorder;
  /** Labels every resource with `app.kubernetes.io/managed-by: kustomize-<version>`. @default false */
  readonly managedByLabel?: boolean;
  /** The version that the managed-by label names. @default 'v5.8.1' */
  readonly version?: string;
  /**
   * Whether the schemas that `openapi.path` of the root names come in addition to those of the built-in kinds, as in
   * Flux. Otherwise they take their place, so that lists of a Deployment are replaced rather than merged.
   * @default false
   */
  readonly keepBuiltinSchemas?: boolean;
  /** Renders the entries of `helmCharts`. Without it such an entry fails with `KUSTOMIZE_HELM_DISABLED`. */
  readonly helm?: HelmRenderer;
  /**
   * What remote URLs hold, fetched beforehand ({@link fetchRemoteBases}). A URL that is not in it fails with
   * `KUSTOMIZE_REMOTE_NOT_FETCHED`.
   */
  readonly remotes?: RemoteContents;
  /** Bounds on what an untrusted tree may ask for; a build beyond them fails with `KUSTOMIZE_LIMIT`. */
  readonly limits?: BuildLimits;
  /** What kustomize itself cannot do. @default all off */
  readonly extensions?: BuildExtensions;
}

/** Bounds on a build. */
export interface BuildLimits {
  /** Kustomizations loaded, each time that one is reached. @default 5000 */
  readonly maxKustomizations?: number;
  /** Bases of bases. @default 100 */
  readonly maxDepth?: number;
  /** Resources read and generated, in all kustomizations together. @default 200000 */
  readonly maxResources?: number;
}

/** The options that Flux's kustomize-controller builds with. */
export const FLUX_BUILD_OPTIONS: Pick<BuildOptions, 'loadRestrictor' | 'reorder' | 'keepBuiltinSchemas'> = {
  loadRestrictor: 'none',
  reorder: 'none',
  keepBuiltinSchemas: true,
};

/** What a build gives. */
export interface BuildResult {
  /** The resources in the order of the output. The objects are the caller's to change. */
  readonly resources: Resource[];
  /** Deprecated fields and the like, as the program words them, without `# Warning: `. */
  readonly warnings: readonly string[];
  /** Every file that was read, as paths from the root of the tree, sorted; without those of remote trees. */
  readonly filesRead: readonly string[];
  /** The resources as the program prints them. */
  toYaml(): string;
}
