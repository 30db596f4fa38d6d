import { KubeClient } from '@gitops-toolkit/kube';
import { startEmbedded } from '@gitops-toolkit/envtest';
import { describe, expect, it } from 'vitest';

import { referencedNamespace } from './cross-namespace.ts';
import { basicAuthOf, bearerTokenOf, tlsFilesOf } from './secret-access.ts';
import { readSecret, secretData } from './secret-data.ts';

const app = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: 'team' } };

describe('2.12 references to other namespaces', () => {
  const reference = { kind: 'GitRepository', name: 'web' };

  it('are allowed by default, and mean the own namespace where they name none', () => {
    const rule = { noCrossNamespaceRefs: false };
    expect(referencedNamespace(app, reference, rule)).toBe('team');
    expect(referencedNamespace(app, { ...reference, namespace: 'shared' }, rule)).toBe('shared');
  });

  it('are refused for good where they are not allowed: RUNTIME_ACCESS_DENIED', () => {
    const rule = { noCrossNamespaceRefs: true };
    expect(referencedNamespace(app, { ...reference, namespace: 'team' }, rule)).toBe('team');
    expect(() => referencedNamespace(app, { ...reference, namespace: 'shared' }, rule)).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_ACCESS_DENIED',
        retry: 'terminal',
        message: "can't access 'GitRepository/shared/web', cross-namespace references have been blocked",
      }),
    );
  });
});

describe('2.12 Secrets', () => {
  const secret = (entries: Record<string, string>) =>
    secretData({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'git' },
      data: Object.fromEntries(
        Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });

  it('are read from the server, decoded; one that is missing may come: RUNTIME_SECRET_INVALID', async () => {
    await using server = await startEmbedded();
    await using client = new KubeClient(server.config);
    const name = { namespace: 'default', name: 'git' };
    await expect(readSecret(client, name)).rejects.toMatchObject({
      code: 'RUNTIME_SECRET_INVALID',
      retry: 'backoff',
      message: 'secrets "git" not found',
    });
    const data = {
      password: Buffer.from('höhö').toString('base64'),
      raw: Buffer.from([255, 0]).toString('base64'),
    };
    await client.create({ apiVersion: 'v1', kind: 'Secret', metadata: name, data });
    const read = await readSecret(client, name);
    expect(read.text('password')).toBe('höhö');
    expect([...(read.bytes('raw') ?? [])]).toEqual([255, 0]);
    expect(read.keys).toEqual(['password', 'raw']);
    expect(read.text('toString')).toBeUndefined();
  });

  it('hold names with passwords, tokens and TLS material, under the current keys before the old ones', () => {
    expect(basicAuthOf(secret({ username: 'u', password: 'p' }))).toEqual({ username: 'u', password: 'p' });
    expect(bearerTokenOf(secret({ bearerToken: 't\n' }))).toBe('t');
    expect(tlsFilesOf(secret({ 'ca.crt': 'CA', caFile: 'old', certFile: 'C', keyFile: 'K' }))).toEqual({
      ca: 'CA',
      cert: 'C',
      key: 'K',
    });
    const other = secret({ other: 'x' });
    expect([basicAuthOf(other), bearerTokenOf(other), tlsFilesOf(other)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are refused with half of a pair, naming the key and no value', () => {
    expect(() => basicAuthOf(secret({ password: 'hidden' }))).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_SECRET_INVALID',
        message: "secret 'git' has no key 'username'",
      }),
    );
    expect(() => basicAuthOf(secret({ username: 'u' }))).toThrow("no key 'password'");
    expect(() => tlsFilesOf(secret({ 'tls.crt': 'C' }))).toThrow('half of a client certificate');
  });
});
