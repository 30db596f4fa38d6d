import { describe, expect, it } from 'vitest';
import { dockerConfigCredentials, firstOf } from './docker-config.ts';

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString('base64') });

describe('the credentials in a configuration of Docker', () => {
  const find = (auths: object, registry: string, repository = 'org/app') =>
    dockerConfigCredentials(JSON.stringify({ auths }))(registry, repository);

  it('are found by the host, however it is written', async () => {
    const user = { username: 'me', password: 'p:w' };
    expect(await find({ 'https://ghcr.io/v2/': auth('me:p:w') }, 'ghcr.io')).toEqual(user);
    expect(await find({ 'https://index.docker.io/v1/': auth('me:p:w') }, 'index.docker.io')).toEqual(user);
    expect(await find({ 'localhost:5000': user }, 'localhost:5000')).toEqual(user);
    expect(await find({ 'ghcr.io': user }, 'quay.io')).toBeUndefined();
    expect(await find({ 'ghcr.io': user }, 'evil-ghcr.io')).toBeUndefined();
  });

  it('of the longest path win', async () => {
    const auths = {
      'ghcr.io': auth('all:1'),
      'ghcr.io/org': auth('org:2'),
      'ghcr.io/org/app': auth('app:3'),
    };
    expect(await find(auths, 'ghcr.io', 'org/app')).toMatchObject({ username: 'app' });
    expect(await find(auths, 'ghcr.io', 'org/application')).toMatchObject({ username: 'org' });
    expect(await find(auths, 'ghcr.io', 'other')).toMatchObject({ username: 'all' });
  });

  it('may be for the labels of a host that a star stands for', async () => {
    expect(await find({ '*.azurecr.io': auth('a:b') }, 'apps.azurecr.io')).toMatchObject({ username: 'a' });
    expect(await find({ '*.azurecr.io': auth('a:b') }, 'a.b.azurecr.io')).toBeUndefined();
    expect(await find({ '*.azurecr.io': auth('a:b') }, 'appsXazurecr.io')).toBeUndefined();
  });

  it('may be tokens', async () => {
    expect(await find({ 'ghcr.io': { identitytoken: 't' } }, 'ghcr.io')).toEqual({ identityToken: 't' });
    expect(await find({ 'ghcr.io': { registrytoken: 't' } }, 'ghcr.io')).toEqual({ registryToken: 't' });
  });

  it('are asked of a helper that the caller runs', async () => {
    const json = JSON.stringify({ credHelpers: { 'ghcr.io': 'ghcr-login' }, credsStore: 'desktop' });
    const runHelper = async (helper: string, url: string) => ({ Username: helper, Secret: url });
    const store = dockerConfigCredentials(json, { runHelper });
    expect(await store('ghcr.io', 'a')).toEqual({
      username: 'docker-credential-ghcr-login',
      password: 'ghcr.io',
    });
    expect(await store('index.docker.io', 'a')).toEqual({
      username: 'docker-credential-desktop',
      password: 'https://index.docker.io/v1/',
    });
    const token = async () => ({ Username: '<token>', Secret: 'refresh' });
    expect(await dockerConfigCredentials(json, { runHelper: token })('ghcr.io', 'a')).toEqual({
      identityToken: 'refresh',
    });
    await expect(dockerConfigCredentials(json)('ghcr.io', 'a')).rejects.toMatchObject({
      code: 'OCI_CREDENTIALS_INVALID',
    });
  });

  it('are not shown where they cannot be read: OCI_CREDENTIALS_INVALID', () => {
    expect(() => dockerConfigCredentials('{"auths": hunter2')).toThrow(
      /^the configuration of Docker is no JSON object$/,
    );
  });

  it('are looked for in several places', async () => {
    const store = firstOf(dockerConfigCredentials('{}'), async () => ({ username: 'second' }));
    expect(await store('ghcr.io', 'a')).toEqual({ username: 'second' });
  });
});
