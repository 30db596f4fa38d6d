import type { Expiring } from '../token-cache.ts';

/** An access token of Google Cloud. */
export interface GoogleToken extends Expiring {
  readonly token: string;
}

/** What the tokens are good for. */
export const SCOPES: readonly string[] = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
];
