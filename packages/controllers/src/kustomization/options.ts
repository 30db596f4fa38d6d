import type { ArtifactAccess, TreeCache } from '@gitops-toolkit/source';
import type { KustomizationBuilder } from './builder.ts';

/** What the reconciler of Kustomizations is made of. */
export interface KustomizationOptions {
  /** Keeps the trees of artifacts, by digest. */
  readonly trees: TreeCache;
  /** What the server of artifacts wants to see. @default nothing */
  readonly artifactAccess?: ArtifactAccess;
  /** Builds what the objects name. @default worker threads */
  readonly builder: KustomizationBuilder;
  /** How often the fetch of an artifact is tried again. @default 9 */
  readonly fetchRetries: number;
  /** Who owns the fields that are applied. @default 'kustomize-controller' */
  readonly fieldManager: string;
  /** Milliseconds until a missing source or dependency is looked at again. @default 30 000 */
  readonly requeueDependencyMs: number;
  /** Refuse sources and dependencies of other namespaces. @default false */
  readonly noCrossNamespaceRefs: boolean;
  /** Builds from ExternalArtifacts, too: Flux's feature gate `ExternalArtifact`. @default false */
  readonly externalArtifacts: boolean;
  /** Applies objects that name no service account as this one. @default none */
  readonly defaultServiceAccount?: string;
  /** Field managers whose fields are taken over, beside kubectl's. @default none */
  readonly overrideManagers: readonly string[];
  /** Dry runs at a time. @default 4 */
  readonly concurrentApplies: number;
  /**
   * Objects of namespaced kinds that name no namespace go into this one. @default none: they fail, as with Flux
   */
  readonly fallbackNamespace?: string;
  /** A variable without a value and a default fails the build. @default true */
  readonly strictSubstitution: boolean;
  /** Reads sources from the API server instead of from watches: Flux's gate `DirectSourceFetch`. @default false */
  readonly directSourceFetch: boolean;
  /** End a health check when the first object has failed; else it waits for the others, too: Flux's gate `DisableFailFastBehavior`. @default true */
  readonly failFast: boolean;
  /** End a health check when the object or its source changed. @default false */
  readonly cancelHealthCheckOnNewRevision: boolean;
  /** How much intervals are spread, in percent either way. @default 5 */
  readonly jitterPercent: number;
  /** Milliseconds between two looks at objects that are not healthy yet. @default 5000 */
  readonly healthPollMs: number;
}
