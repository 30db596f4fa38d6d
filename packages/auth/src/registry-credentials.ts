import type { Expiring } from './token-cache.ts';

/** What a registry is logged in to with. */
export interface RegistryCredentials extends Expiring {
  readonly username: string;
  readonly password: string;
}
