import type { AddressPolicy } from '@gitops-toolkit/core/http';
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
  /**
   * Which addresses a fetcher that the reconciler makes itself may dial, whatever URL, redirect or name leads there; one that is given has a policy of its
   * own. Clouds are asked for tokens by `http`, which has to reach what such a policy forbids. @default all
   */
  readonly addresses?: AddressPolicy;
}

/** The defaults of Flux's flags. */
export const sourceDefaults: Omit<SourceOptions, 'storage'> = {
  fieldManager: 'source-controller',
  requeueDependencyMs: 30_000,
  jitterPercent: 5,
};
