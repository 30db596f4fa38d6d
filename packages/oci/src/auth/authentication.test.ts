import { type RegistryUser, startOciRegistry } from '@gitops-toolkit/envtest';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RegistryCredentials } from '../credentials/credential-store.ts';
import { openRepository, pushText } from '../testing/registry.ts';
import { OciClient } from '../client.ts';
import { parseChallenge } from './challenge.ts';
import { checkRealm } from './realm-policy.ts';

const USER: RegistryUser = { username: 'me', password: 'hunter22' };
const as = (credentials: RegistryCredentials) => ({ credentials: async () => credentials });

describe('logging in', () => {
  it('shows name and password to the service of tokens, and tokens to the registry', async () => {
    await using registry = await startOciRegistry({ user: USER });
    const repository = openRepository(registry.host, 'org/app', as(USER));
    await pushText(repository, 'one');
    await pushText(repository, 'two');
    expect(registry.requests.filter((line) => line === 'GET /v2/')).toHaveLength(1);
    expect(registry.requests.filter((line) => line.startsWith('GET /token'))).toEqual([
      `GET /token?service=registry&scope=${encodeURIComponent('repository:org/app:pull,push')}`,
    ]);
  });

  it('shows them with each request where the registry wants that', async () => {
    await using registry = await startOciRegistry({ user: { ...USER, scheme: 'basic' } });
    expect((await pushText(openRepository(registry.host, 'app', as(USER)), 'x')).size).toBe(1);
  });

  it('asks for a token also where anybody may read', async () => {
    await using registry = await startOciRegistry({ user: { ...USER, anonymousPull: true } });
    await pushText(openRepository(registry.host, 'app', as(USER)), 'x');
    const tags: string[] = [];
    for await (const tag of openRepository(registry.host, 'app').tags()) tags.push(tag);
    expect(tags).toEqual([]);
  });

  it('is asked again how it wants to be spoken to where whoever asked for all has been ended', async () => {
    let requests = 0;
    const stop = new AbortController();
    const server = await serveHttp((request, response) => {
      // The first request has no answer.
      if (requests++ === 0) return void setTimeout(() => stop.abort(new Error('it took too long')), 50);
      response.end(request.url === '/v2/' ? '' : '{"name":"app","tags":["one"]}');
    });
    const client = new OciClient();
    onTestFinished(async () => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    });
    const repository = client.repository(`127.0.0.1:${server.port}/app`, {
      insecure: true,
      retries: { retries: 0 },
    });
    const tags = async (signal?: AbortSignal): Promise<string[]> => {
      const found: string[] = [];
      for await (const tag of repository.tags(signal ? { signal } : {})) found.push(tag);
      return found;
    };
    const [ended, other] = await Promise.allSettled([tags(stop.signal), tags()]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { message: 'it took too long' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: ['one'] });
  });

  it('asks for another token when the registry takes it no more', async () => {
    let refused = false;
    await using moody = await startOciRegistry({
      user: USER,
      intercept(request, response) {
        if (refused || !request.url?.includes('/tags/list') || !request.headers.authorization) return false;
        refused = true;
        const realm = `http://${request.headers.host}/token`;
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="registry"` }).end();
        return true;
      },
    });
    for await (const tag of openRepository(moody.host, 'app', as(USER)).tags()) expect(tag).toBe('');
    expect(refused).toBe(true);
    expect(moody.requests.filter((line) => line.startsWith('GET /token'))).toHaveLength(2);
  });

  it('fails with what the registry refuses, without a word of it: OCI_AUTHENTICATION_FAILED', async () => {
    await using registry = await startOciRegistry({ user: USER });
    const wrong = openRepository(registry.host, 'app', as({ username: 'me', password: 'wrong-secret' }));
    await expect(wrong.resolve('latest')).rejects.toMatchObject({
      code: 'OCI_AUTHENTICATION_FAILED',
      message: expect.not.stringContaining('wrong-secret'),
      hint: expect.stringContaining('refuses the credentials'),
    });
    await expect(openRepository(registry.host, 'app').resolve('latest')).rejects.toThrow(/answers 401/);
  });
});

describe('what is asked for', () => {
  it.each([
    [
      'Bearer realm="https://auth.example.com/token",service="r",scope="repository:a:pull,push"',
      { realm: 'https://auth.example.com/token', service: 'r', scope: 'repository:a:pull,push' },
    ],
    ['Basic realm="x", Bearer realm="https://a/token"', { realm: 'https://a/token' }],
    [String.raw`bearer realm="https://a/t\"x"`, { realm: 'https://a/t"x' }],
  ])('is read from %s', (header, expected) => {
    expect(parseChallenge(header)).toEqual({ scheme: 'bearer', ...expected });
  });

  it('may be a name and a password, or what is not known', () => {
    expect(parseChallenge('Basic realm="registry"')).toEqual({ scheme: 'basic' });
    expect(parseChallenge('Negotiate')).toBeUndefined();
    expect(parseChallenge(undefined)).toBeUndefined();
  });
});

describe('where a registry sends its clients for a token', () => {
  const secure = { insecure: false };

  it.each([
    ['https://auth.docker.io/token', 'registry-1.docker.io'],
    ['https://gitlab.com/jwt/auth', 'registry.gitlab.com'],
    ['https://ghcr.io/token', 'ghcr.io'],
    ['https://auth.example.co.uk/token', 'registry.example.co.uk'],
    ['https://127.0.0.1:5001/token', '127.0.0.1:5000'],
  ])('SEC-CRED-02: credentials go to %s for %s (legitimate)', (realm, registry) => {
    expect(checkRealm(realm, registry, secure).isTrusted).toBe(true);
  });

  it.each([
    ['http://ghcr.io/token', 'ghcr.io'],
    ['https://169.254.169.254/latest', 'ghcr.io'],
    ['https://localhost/token', 'ghcr.io'],
    ['https://10.0.0.1/token', 'ghcr.io'],
    ['https://[::1]/token', 'ghcr.io'],
    ['https://me:pw@ghcr.io/token', 'ghcr.io'],
    ['file:///etc/passwd', 'ghcr.io'],
    ['/token', 'ghcr.io'],
  ])('SEC-CRED-02: %s is not asked for %s: OCI_REALM_REFUSED', (realm, registry) => {
    expect(() => checkRealm(realm, registry, secure)).toThrow(
      expect.objectContaining({ code: 'OCI_REALM_REFUSED' }),
    );
  });

  it.each([
    ['https://evil.example.com/token', 'ghcr.io'],
    ['https://ghcr.io.evil.example.com/token', 'ghcr.io'],
    ['https://evil.co.uk/token', 'registry.example.co.uk'],
  ])('SEC-CRED-02: %s gets no credentials for %s', (realm, registry) => {
    expect(checkRealm(realm, registry, secure).isTrusted).toBe(false);
    expect(
      checkRealm(realm, registry, { ...secure, allowedHosts: [new URL(realm).hostname.toUpperCase()] })
        .isTrusted,
    ).toBe(true);
  });

  it('SEC-CRED-02: a registry that names another host gets nothing, and neither does that host', async () => {
    const shown: (string | undefined)[] = [];
    await using thief = await serveHttp((request, response) => {
      shown.push(request.headers.authorization);
      response.end('{"token":"x"}');
    });
    const realm = `${thief.url.replace('127.0.0.1', 'localhost')}/token`;
    await using registry = await serveHttp((_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    });
    const repository = openRepository(`127.0.0.1:${registry.port}`, 'app', as(USER));
    await expect(repository.resolve('latest')).rejects.toMatchObject({ code: 'OCI_REALM_REFUSED' });
    expect(shown).toEqual([]);
  });

  it('SEC-CRED-02: a refresh token goes to the first address alone', async () => {
    const bodies: string[] = [];
    let moved = false;
    await using registry = await serveHttp((request, response) => {
      if (request.url?.startsWith('/token')) {
        request.on('data', (piece: Buffer) => bodies.push(piece.toString()));
        request.on('end', () => response.end('{"access_token":"t","expires_in":1}'));
        return;
      }
      const realm = `http://${request.headers.host}/token${moved ? '-elsewhere' : ''}`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      moved = true;
    });
    await using client = new OciClient();
    // Also where somebody else asks for something else of the same registry.
    for (const name of ['app', 'other']) {
      const options = { insecure: true, ...as({ identityToken: 'refresh-me' }) };
      const repository = client.repository(`127.0.0.1:${registry.port}/${name}`, options);
      await expect(repository.manifest('latest')).rejects.toMatchObject({ code: 'OCI_REALM_REFUSED' });
    }
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('refresh_token=refresh-me');
  });

  it.each([
    ['a password', USER],
    ['a refresh token', { identityToken: 'refresh-me' }],
  ])('SEC-CRED-02: %s does not follow a service of tokens that sends elsewhere', async (_, credentials) => {
    const shown: string[] = [];
    await using thief = await serveHttp((request, response) => {
      request.on('data', (piece: Buffer) => shown.push(piece.toString()));
      shown.push(request.headers.authorization ?? '');
      response.end('{"token":"t"}');
    });
    await using registry = await serveHttp((request, response) => {
      if (request.url?.startsWith('/token')) {
        response.writeHead(307, { location: `${thief.url}/token` }).end();
      } else {
        const realm = `http://${request.headers.host}/token`;
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      }
    });
    const repository = openRepository(`127.0.0.1:${registry.port}`, 'app', as(credentials));
    await expect(repository.resolve('latest')).rejects.toMatchObject({
      code: expect.stringMatching(/^OCI_(CONNECTION|AUTHENTICATION)_FAILED$/),
    });
    expect(shown.join('')).toBe('');
  });
});
