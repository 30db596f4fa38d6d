/** What a registry is logged in to with: a name and a password, or a token of it. */
export interface RegistryCredentials {
  readonly username?: string;
  readonly password?: string;
  /** A refresh token, exchanged for access tokens. */
  readonly identityToken?: string;
  /** An access token, sent as it is. */
  readonly registryToken?: string;
}

/**
 * Finds the credentials for a repository; `undefined` for none, and so for what anybody may read.
 *
 * @param registry as it is dialled: `ghcr.io`, `index.docker.io`, `localhost:5000`
 */
export type CredentialStore = (
  registry: string,
  repository: string,
  signal?: AbortSignal,
) => Promise<RegistryCredentials | undefined>;
