/** What the reconcilers of kinds whose artifacts are in registries share. */
export interface RegistryOptions {
  /**
   * Hosts, such as `auth.example.com`, that registries of other domains may send their clients to for a token: they are shown the
   * credentials of the registry. Without that, credentials stay within the registry's own domain. @default none
   */
  readonly allowedRealms?: readonly string[];
}
