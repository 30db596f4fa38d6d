import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startCloud, testOptions } from '../testing/cloud.ts';
import { TokenCache } from '../token-cache.ts';
import { gitHubAppCredentials, gitHubAppOf } from './app.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const githubAppPrivateKey = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const TOKEN = { token: 'ghs_1', expires_at: '2099-01-02T03:04:05Z' };

describe('a GitHub App', () => {
  it('gets a token for its installation, kept until it is old', async () => {
    const cloud = await startCloud(() => [201, TOKEN]);
    const app = gitHubAppOf({
      githubAppID: '7',
      githubAppInstallationID: '42',
      githubAppPrivateKey,
      githubAppBaseURL: cloud.url,
    });
    const options = testOptions({ cache: new TokenCache() });
    const expected = { username: 'x-access-token', password: 'ghs_1' };
    expect(await gitHubAppCredentials(app, options)).toMatchObject(expected);
    expect(await gitHubAppCredentials(app, options)).toMatchObject(expected);
    expect(cloud.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v3/app/installations/42/access_tokens',
    ]);
    const [head = '', claims = '', signature = ''] = (cloud.seen[0]?.headers.authorization ?? '')
      .slice(7)
      .split('.');
    expect(
      verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    const { iat, exp, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<
      string,
      number
    >;
    expect(iss).toBe('7');
    expect((exp ?? 0) - (iat ?? 0)).toBeLessThanOrEqual(600);
  });

  it('finds the installation at an owner', async () => {
    const installations = Array.from({ length: 100 }, (_, i) => ({ id: i, account: { login: `org-${i}` } }));
    const cloud = await startCloud(({ path }) => {
      if (path.endsWith('/access_tokens')) return [201, TOKEN];
      return [200, path.endsWith('page=1') ? installations : [{ id: 1000, account: { login: 'Acme' } }]];
    });
    const data = { githubAppID: '7', githubAppPrivateKey, githubAppBaseURL: `${cloud.url}/api/v3/` };
    const app = gitHubAppOf({ ...data, githubAppInstallationOwner: 'acme' });
    await gitHubAppCredentials(app, testOptions());
    expect(cloud.seen.at(-1)?.path).toBe('/api/v3/app/installations/1000/access_tokens');
    const other = gitHubAppOf({ ...data, githubAppInstallationOwner: 'nobody' });
    await expect(gitHubAppCredentials(other, testOptions())).rejects.toThrow('is not installed at "nobody"');
  });

  it.each([
    ['no id', { githubAppPrivateKey, githubAppInstallationID: '1' }],
    ['an id that is no number', { githubAppID: '../7', githubAppPrivateKey, githubAppInstallationID: '1' }],
    ['no installation', { githubAppID: '7', githubAppPrivateKey }],
    [
      'two',
      {
        githubAppID: '7',
        githubAppPrivateKey,
        githubAppInstallationID: '1',
        githubAppInstallationOwner: 'a',
      },
    ],
  ])('is refused with %s: AUTH_CONFIGURATION_INVALID', (_, data) => {
    expect(() => gitHubAppOf(data)).toThrow(expect.objectContaining({ code: 'AUTH_CONFIGURATION_INVALID' }));
  });

  it('is refused with a key that is none, which is not shown', async () => {
    const app = gitHubAppOf({
      githubAppID: '7',
      githubAppInstallationID: '1',
      githubAppPrivateKey: 'not a key',
    });
    await expect(gitHubAppCredentials(app, testOptions())).rejects.toThrow(
      /^githubAppPrivateKey is no private key in PEM$/,
    );
  });
});
