import { createAuthority } from '@gitops-toolkit/envtest/servers';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formOf, serviceAccount, startCloud, testOptions } from '../testing/cloud.ts';
import { TokenCache } from '../token-cache.ts';
import { azureDevOpsCredentials, azureRegistryCredentials, azureToken } from './azure-access.ts';
import { AZURE_SCOPES } from './azure-token.ts';
import { applicationToken } from './client-credentials.ts';

const ANNOTATIONS = {
  'azure.workload.identity/tenant-id': 'tenant-1',
  'azure.workload.identity/client-id': 'client-1',
};
const TOKEN = { access_token: 'entra', expires_in: 3600 };

describe('the identity of a service account', () => {
  it('is the application that it is annotated with, once for each scope', async () => {
    const cloud = await startCloud(() => [200, TOKEN]);
    const options = {
      ...testOptions({ serviceAccount: serviceAccount(ANNOTATIONS), cache: new TokenCache() }),
      authorityHost: cloud.url,
    };
    for (const scope of [AZURE_SCOPES.blobStorage, AZURE_SCOPES.blobStorage, AZURE_SCOPES.keyVault])
      expect((await azureToken(scope, options)).token).toBe('entra');
    expect(cloud.seen).toHaveLength(2);
    expect(cloud.seen[0]?.path).toBe('/tenant-1/oauth2/v2.0/token');
    expect(cloud.seen.map(formOf)[0]).toMatchObject({
      client_id: 'client-1',
      client_assertion: 'token for api://AzureADTokenExchange',
      scope: 'https://storage.azure.com/.default',
    });
  });

  it('is refused where an annotation is missing', async () => {
    const options = testOptions({
      serviceAccount: serviceAccount({ 'azure.workload.identity/tenant-id': 't' }),
    });
    await expect((async () => azureToken(AZURE_SCOPES.devOps, options))()).rejects.toMatchObject({
      code: 'AUTH_CONFIGURATION_INVALID',
      message: expect.stringContaining('azure.workload.identity/client-id'),
    });
  });
});

describe('the identity of the program', () => {
  it('is that of its pod, by the token in a file, and reads repositories of Azure DevOps', async () => {
    const cloud = await startCloud(() => [200, TOKEN]);
    const environment = {
      AZURE_TENANT_ID: 'tenant-2',
      AZURE_CLIENT_ID: 'client-2',
      AZURE_FEDERATED_TOKEN_FILE: '/token',
      AZURE_AUTHORITY_HOST: `${cloud.url}/`,
    };
    const options = testOptions({ environment, readFile: async () => 'pod' });
    expect(await azureDevOpsCredentials(options)).toMatchObject({ bearerToken: 'entra' });
    expect(cloud.seen.map(formOf)).toMatchObject([{ client_assertion: 'pod', scope: AZURE_SCOPES.devOps }]);
  });

  it('is that of the machine where there is no other', async () => {
    const cloud = await startCloud(() => [200, { access_token: 'machine', expires_in: '3600' }]);
    const environment = { AZURE_POD_IDENTITY_AUTHORITY_HOST: cloud.url, AZURE_CLIENT_ID: 'user-assigned' };
    expect((await azureToken(AZURE_SCOPES.blobStorage, testOptions({ environment }))).token).toBe('machine');
    expect(cloud.seen[0]?.headers['metadata']).toBe('true');
    expect(new URL(cloud.seen[0]?.path ?? '', cloud.url).searchParams.get('client_id')).toBe('user-assigned');
  });
});

describe('an application', () => {
  it('shows its certificate by a signature', async () => {
    const cloud = await startCloud(() => [200, TOKEN]);
    const { cert } = createAuthority().client('app');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const application = {
      tenantId: 't',
      clientId: 'c',
      authorityHost: cloud.url,
      certificate: { cert, key, sendChain: true },
    };
    await applicationToken(application, 'scope', testOptions());
    const assertion = cloud.seen.map(formOf)[0]?.['client_assertion'] ?? '';
    const header = JSON.parse(Buffer.from(assertion.split('.')[0] ?? '', 'base64url').toString()) as object;
    expect(header).toMatchObject({ alg: 'RS256', x5t: expect.any(String), x5c: [expect.any(String)] });
  });

  it('shows its secret, which no message repeats', async () => {
    const cloud = await startCloud(({ body }) => [401, { error: 'invalid_client', error_description: body }]);
    const application = { tenantId: 't', clientId: 'c', authorityHost: cloud.url, secret: 'hunter22' };
    const failing = applicationToken(application, 'scope', testOptions());
    await expect(failing).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
      message: expect.not.stringContaining('hunter22'),
    });
    await expect(failing).rejects.toThrow('invalid_client');
  });
});

describe('the registry of Azure', () => {
  it('exchanges a token of Entra ID for one of its own', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 4_000_000_000 })).toString('base64url');
    const cloud = await startCloud(({ path }) =>
      path === '/oauth2/exchange' ? [200, { refresh_token: `e30.${claims}.sig` }] : [200, TOKEN],
    );
    const options = {
      ...testOptions({ serviceAccount: serviceAccount(ANNOTATIONS) }),
      authorityHost: cloud.url,
      registryUrl: cloud.url,
    };
    expect(await azureRegistryCredentials('apps.azurecr.io', options)).toEqual({
      username: '00000000-0000-0000-0000-000000000000',
      password: `e30.${claims}.sig`,
      expiresAtMs: 4_000_000_000_000,
    });
    expect(cloud.seen.map(formOf)[1]).toMatchObject({ service: 'apps.azurecr.io', access_token: 'entra' });
    await expect(azureRegistryCredentials('evil.example.com', options)).rejects.toThrow(
      'not a registry of Azure',
    );
  });
});
