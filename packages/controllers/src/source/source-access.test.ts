import { secretData } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { certificatesOf, proxyOf, readReferenced } from './source-access.ts';

const secretOf = (entries: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'access', namespace: 'apps' },
  data: Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});
const secret = (entries: Record<string, string>) => secretData(secretOf(entries));

describe('secrets of sources', () => {
  it('hold TLS material under the keys of today or of before', () => {
    expect(certificatesOf(secret({ 'ca.crt': 'CA', caFile: 'old' }))).toEqual({ ca: 'CA' });
    expect(certificatesOf(secret({ certFile: 'C', keyFile: 'K' }))).toEqual({ cert: 'C', key: 'K' });
    expect(() => certificatesOf(secret({ other: 'hidden' }))).toThrow(
      expect.objectContaining({
        code: 'CONTROLLERS_SECRET_INVALID',
        message: "secret 'access' has neither ca.crt nor tls.crt with tls.key",
      }),
    );
  });

  it('name a proxy, with a login if it wants one', () => {
    const address = 'http://proxy.example.com:3128';
    expect(proxyOf(secret({ address: `${address}\n` }))).toEqual({ address });
    expect(proxyOf(secret({ address, username: 'u', password: 'p' }))).toEqual({
      address,
      username: 'u',
      password: 'p',
    });
    expect(() => proxyOf(secret({ username: 'u' }))).toThrow("no key 'address'");
    expect(() => proxyOf(secret({ address, username: 'u' }))).toThrow("no key 'password'");
  });

  it('are read from the namespace of the object, and fail as AuthenticationFailed', async () => {
    const asked: unknown[] = [];
    const reader = (found: unknown) => ({
      object: { apiVersion: 'v1', kind: 'X', metadata: { name: 'app', namespace: 'apps' } },
      client: { find: async (ref: unknown) => (asked.push(ref), found) as never },
      signal: new AbortController().signal,
    });
    expect(await readReferenced(undefined, reader(undefined), proxyOf)).toBeUndefined();
    const ref = { name: 'access' };
    expect(await readReferenced(ref, reader(secretOf({ 'ca.crt': 'CA' })), certificatesOf)).toEqual({
      ca: 'CA',
    });
    expect(asked).toEqual([{ apiVersion: 'v1', kind: 'Secret', namespace: 'apps', name: 'access' }]);
    await expect(readReferenced(ref, reader(undefined), proxyOf)).rejects.toMatchObject({
      reason: 'AuthenticationFailed',
      message: expect.stringContaining('secrets "access" not found') as string,
    });
  });
});
