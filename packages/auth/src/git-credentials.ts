import type { Expiring } from './token-cache.ts';

/** What a git server over HTTPS is asked with. */
export interface GitCredentials extends Expiring {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
}
