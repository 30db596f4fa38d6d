import type { Expiring } from '../token-cache.ts';

/** Keys of AWS; those that were lent for a while have a session token. */
export interface AwsCredentials extends Expiring {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
