import { secretData } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { accessOf } from './access.ts';

const access = (entries: Record<string, string>, url = 'https://git.example.com/app') =>
  accessOf(
    secretData({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'git' },
      data: Object.fromEntries(
        Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    }),
    url,
  );

describe('accessOf', () => {
  it('prefers a token to a password', () => {
    expect(access({ username: 'u', password: 'p' })).toEqual({
      credentials: { username: 'u', password: 'p' },
    });
    expect(access({ username: 'u', password: 'p', bearerToken: 't\n' })).toEqual({
      credentials: { bearerToken: 't' },
    });
  });

  it('reads TLS material under the current keys before the old ones', () => {
    expect(access({ 'ca.crt': 'CA', caFile: 'old', certFile: 'C', keyFile: 'K' })).toEqual({
      tls: { ca: 'CA', cert: 'C', key: 'K' },
    });
  });

  it('refuses half of a pair, naming the key and no value', () => {
    const failure = expect.objectContaining({
      code: 'RUNTIME_SECRET_INVALID',
      message: "secret 'git' has no key 'username'",
    });
    expect(() => access({ password: 'hidden' })).toThrow(failure);
    expect(() => access({ 'tls.crt': 'C' })).toThrow('half of a client certificate');
  });

  it('takes a key and known hosts for ssh, both', () => {
    const url = 'ssh://git@git.example.com/app';
    const entries = { identity: 'KEY', known_hosts: 'HOSTS' };
    expect(access({ ...entries, password: 'pass' }, url)).toEqual({
      ssh: { identity: 'KEY', knownHosts: 'HOSTS', passphrase: 'pass' },
    });
    expect(() => access({ identity: 'KEY' }, url)).toThrow("secret 'git' has no key 'known_hosts'");
    expect(() => access({ known_hosts: 'HOSTS' }, url)).toThrow("secret 'git' has no key 'identity'");
  });

  it('is nothing where the Secret says nothing', () => {
    expect(access({ other: 'x' })).toEqual({});
  });
});
