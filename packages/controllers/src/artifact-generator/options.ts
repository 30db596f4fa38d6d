import type { ArtifactAccess, ArtifactStorage, TreeCache } from '@gitops-toolkit/source';

/** What the reconciler of ArtifactGenerators is made of. */
export interface ArtifactGeneratorOptions {
  /** Where the artifacts go, and what their URLs begin with. */
  readonly storage: ArtifactStorage;
  /** Holds the trees of the sources. */
  readonly trees: TreeCache;
  /** What the server of artifacts wants to see. @default nothing */
  readonly artifactAccess?: ArtifactAccess;
  /** Also the value of `app.kubernetes.io/managed-by` of the ExternalArtifacts. @default 'source-watcher' */
  readonly fieldManager: string;
  /** Milliseconds until sources that are not ready are looked at again. @default 5000 */
  readonly requeueDependencyMs: number;
  /** Milliseconds until an object in which nothing changed is looked at again. @default an hour */
  readonly intervalMs: number;
  /** How much that is spread, in percent either way. @default 5 */
  readonly jitterPercent: number;
  /** How often the fetch of a source's artifact is tried again. @default 9 */
  readonly fetchRetries: number;
  /** Refuses sources of other namespaces. @default false */
  readonly noCrossNamespaceRefs: boolean;
  /** Reads sources from the API server instead of from watches: Flux's gate `DirectSourceFetch`. @default false */
  readonly directSourceFetch: boolean;
}

/** The defaults of Flux's flags. */
export const generatorDefaults: Omit<ArtifactGeneratorOptions, 'storage' | 'trees'> = {
  fieldManager: 'source-watcher',
  requeueDependencyMs: 5000,
  intervalMs: 3_600_000,
  jitterPercent: 5,
  fetchRetries: 9,
  noCrossNamespaceRefs: false,
  directSourceFetch: false,
};
