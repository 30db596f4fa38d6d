import type { OciFetcher } from '@gitops-toolkit/source/oci';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { RegistryOptions } from '../source/registry-options.ts';
import type { SourceOptions } from '../source/source-options.ts';

/** What the reconciler of OCIRepositories is made of. */
export interface OciRepositoryOptions extends SourceOptions, RegistryOptions, Partial<CloudIdentityOptions> {
  /** @default one of its own */
  readonly fetcher?: OciFetcher;
  /**
   * The Sigstore root that keyless signatures are verified by where an object names none: a `trusted_root.json`, as an object
   * or its text.
   * @default none: such an object fails, with a hint
   */
  readonly trustedRoot?: () => Promise<unknown>;
}
