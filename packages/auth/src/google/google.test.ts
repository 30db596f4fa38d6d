import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { registryLogin } from '../registry-login.ts';
import { formOf, serviceAccount, startCloud, testOptions } from '../testing/cloud.ts';
import { TokenCache } from '../token-cache.ts';
import { googleToken } from './google-access.ts';
import { parseServiceAccountKey, serviceAccountKeyToken } from './service-account-key.ts';

const PROVIDER = 'projects/42/locations/global/workloadIdentityPools/cluster/providers/oidc';
const EMAIL = 'reader@project.iam.gserviceaccount.com';

describe('the identity of a service account', () => {
  it('is exchanged, and acts as the account that it is annotated with', async () => {
    const cloud = await startCloud(({ path }) =>
      path === '/v1/token'
        ? [200, { access_token: 'federated', expires_in: 3600 }]
        : [200, { accessToken: 'as reader', expireTime: '2099-01-02T03:04:05Z' }],
    );
    const account = serviceAccount({
      'iam.gke.io/gcp-service-account': EMAIL,
      'gcp.auth.fluxcd.io/workload-identity-provider': PROVIDER,
    });
    const endpoints = { sts: cloud.url, iamCredentials: cloud.url };
    const options = { ...testOptions({ serviceAccount: account, cache: new TokenCache() }), endpoints };
    const token = await googleToken(options);
    expect(token).toEqual({ token: 'as reader', expiresAtMs: Date.parse('2099-01-02T03:04:05Z') });
    await googleToken(options);
    expect(cloud.seen.map(({ path }) => path)).toEqual([
      '/v1/token',
      `/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`,
    ]);
    const [exchange, impersonation] = cloud.seen;
    expect(exchange && formOf(exchange)).toMatchObject({
      audience: `//iam.googleapis.com/${PROVIDER}`,
      subject_token: `token for //iam.googleapis.com/${PROVIDER}`,
    });
    expect(impersonation?.headers.authorization).toBe('Bearer federated');
  });

  it('is of the pool of its cluster in GKE, which the metadata server names', async () => {
    const names: Record<string, string> = {
      'project-id': 'project',
      'cluster-location': 'here',
      'cluster-name': 'c1',
    };
    const cloud = await startCloud(({ path }) =>
      path === '/v1/token'
        ? [200, { access_token: 'federated', expires_in: 3600 }]
        : [200, names[path.slice(path.lastIndexOf('/') + 1)] ?? ''],
    );
    const environment = { GCE_METADATA_HOST: new URL(cloud.url).host };
    const options = testOptions({ serviceAccount: serviceAccount({}), environment });
    expect((await googleToken({ ...options, endpoints: { sts: cloud.url } })).token).toBe('federated');
    expect(formOf(cloud.seen.at(-1) ?? { method: '', path: '', headers: {}, body: '' })).toMatchObject({
      subject_token: 'token for project.svc.id.goog',
      audience:
        'identitynamespace:project.svc.id.goog:https://container.googleapis.com/v1/projects/project/locations/here/clusters/c1',
    });
  });

  it('is refused where an annotation is of another form', async () => {
    const account = serviceAccount({ 'iam.gke.io/gcp-service-account': 'reader@evil.example.com/..' });
    const options = testOptions({ serviceAccount: account });
    await expect((async () => googleToken(options))()).rejects.toMatchObject({
      code: 'AUTH_CONFIGURATION_INVALID',
    });
  });
});

describe('the identity of the program', () => {
  it('is what the metadata server gives, which logs in to registries', async () => {
    const cloud = await startCloud(() => [200, { access_token: 'node', expires_in: 600 }]);
    const environment = { GCE_METADATA_HOST: new URL(cloud.url).host };
    const login = await registryLogin('gcp', 'europe-docker.pkg.dev', testOptions({ environment }));
    expect(login).toMatchObject({ username: 'oauth2accesstoken', password: 'node' });
    expect(cloud.seen[0]?.headers['metadata-flavor']).toBe('Google');
    await expect(
      (async () => registryLogin('gcp', 'registry.example.com', testOptions({ environment })))(),
    ).rejects.toMatchObject({ code: 'AUTH_CONFIGURATION_INVALID' });
  });
});

describe('the key of a service account', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const json = JSON.stringify({
    type: 'service_account',
    client_email: EMAIL,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'k1',
    token_uri: 'https://evil.example.com/',
  });

  it('signs for a token, at Google and nowhere that the key says', async () => {
    const cloud = await startCloud(() => [200, { access_token: 'by key', expires_in: 3600 }]);
    const options = { ...testOptions(), tokenUrl: cloud.url };
    expect((await serviceAccountKeyToken(parseServiceAccountKey(json), options)).token).toBe('by key');
    const [head = '', claims = '', signature = ''] = (cloud.seen.map(formOf)[0]?.['assertion'] ?? '').split(
      '.',
    );
    expect(
      verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: EMAIL,
      aud: cloud.url,
    });
  });

  it.each(['{', '{}', JSON.stringify({ type: 'authorized_user' })])(
    'is refused where it is none, unseen: %s',
    (text) => {
      expect(() => parseServiceAccountKey(text)).toThrow(/key of (?:the|a) service account/);
    },
  );
});
