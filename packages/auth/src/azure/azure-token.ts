import type { Expiring } from '../token-cache.ts';

/** An access token of Microsoft Entra ID. */
export interface AzureToken extends Expiring {
  readonly token: string;
}

/** What tokens are asked for. */
export const AZURE_SCOPES = {
  devOps: '499b84ac-1321-427f-aa17-267ca6975798/.default',
  blobStorage: 'https://storage.azure.com/.default',
  keyVault: 'https://vault.azure.net/.default',
  management: 'https://management.azure.com/.default',
} as const;
