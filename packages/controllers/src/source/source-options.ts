import type { ArtifactStorage } from '@gitops-toolkit/source';

/** What the reconcilers of all kinds of sources are made of. */
export interface SourceOptions {
  /** Where artifacts go, and what their URLs begin with. */
  readonly storage: ArtifactStorage;
  /** @default 'source-controller' */
  readonly fieldManager: string;
  /** Milliseconds until something missing that the object refers to is looked at again. @default 30 000 */
  readonly requeueDependencyMs: number;
  /** How much intervals are spread, in percent either way. @default 5 */
  readonly jitterPercent: number;
}

/** The defaults of Flux's flags. */
export const sourceDefaults: Omit<SourceOptions, 'storage'> = {
  fieldManager: 'source-controller',
  requeueDependencyMs: 30_000,
  jitterPercent: 5,
};
