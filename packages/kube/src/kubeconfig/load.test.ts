import { describe, expect, it } from 'vitest';
import { loadKubeconfig } from './load.ts';

/** A disk of a few files. */
const disk = (files: Record<string, string>) => async (path: string) => {
  const text = files[path];
  if (text !== undefined) return text;
  throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
};

const file = (name: string, user = 'token: t') =>
  `{clusters: [{name: ${name}, cluster: {server: "https://${name}"}}], users: [{name: ${name}, user: {${user}}}],
    contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}], current-context: ${name}}`;

describe('loadKubeconfig', () => {
  it('reads the file that it is given, which must exist', async () => {
    const readFile = disk({ '/a': file('a'), '/b': file('b') });
    expect(await loadKubeconfig({ path: '/b', env: { KUBECONFIG: '/a' }, readFile })).toMatchObject({
      server: 'https://b',
    });
    await expect(loadKubeconfig({ path: '/c', env: {}, readFile })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_NOT_FOUND',
    });
  });

  it('merges the files of KUBECONFIG: the first word counts, missing files do not', async () => {
    const second = `{clusters: [{name: a, cluster: {server: "https://late"}}, {name: b, cluster: {server: "https://b"}}],
      contexts: [{name: b, context: {cluster: b, user: a}}], current-context: b}`;
    const options = { env: { KUBECONFIG: '/none:/a:/b' }, readFile: disk({ '/a': file('a'), '/b': second }) };
    expect(await loadKubeconfig(options)).toMatchObject({ server: 'https://a' });
    expect(await loadKubeconfig({ ...options, context: 'b' })).toMatchObject({
      server: 'https://b',
      token: 't',
    });
  });

  it('looks at home last', async () => {
    const readFile = disk({ '/home/me/.kube/config': file('home') });
    expect(await loadKubeconfig({ env: { HOME: '/home/me' }, readFile })).toMatchObject({
      server: 'https://home',
    });
    await expect(loadKubeconfig({ env: { HOME: '/nobody' }, readFile })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_NOT_FOUND',
      hint: expect.stringContaining('KUBECONFIG'),
    });
  });

  it('finds files beside the kubeconfig', async () => {
    const user = 'client-certificate: certs/me.crt, client-key: /keys/me.key';
    const readFile = disk({
      '/etc/kube/config': file('a', user),
      '/etc/kube/certs/me.crt': 'CERT',
      '/keys/me.key': 'KEY',
    });
    expect(await loadKubeconfig({ path: '/etc/kube/config', env: {}, readFile })).toMatchObject({
      cert: 'CERT',
      key: 'KEY',
    });
  });

  it('names a file that is missing', async () => {
    const readFile = disk({ '/a': file('a', 'client-certificate: me.crt') });
    await expect(loadKubeconfig({ path: '/a', env: {}, readFile })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_INVALID',
      message: expect.stringContaining('/me.crt'),
    });
  });

  it('reads a token file anew when the token is refused', async () => {
    const files: Record<string, string> = {
      '/a': file('a', 'tokenFile: token, token: stale'),
      '/token': 'one\n',
    };
    const { token } = await loadKubeconfig({ path: '/a', env: {}, readFile: disk(files) });
    if (typeof token !== 'function') throw new Error('no token source');
    expect(await token()).toBe('one');
    files['/token'] = 'two\n';
    expect(await token()).toBe('one');
    expect(await token({ refresh: true })).toBe('two');
  });

  it('uses the service account of a pod before the file at home', async () => {
    const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
    const readFile = disk({
      [`${folder}/token`]: 'tok',
      [`${folder}/ca.crt`]: 'CA',
      [`${folder}/namespace`]: 'flux-system\n',
      '/h/.kube/config': file('h'),
    });
    const env = { HOME: '/h', KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    expect(await loadKubeconfig({ env, readFile })).toMatchObject({
      server: 'https://10.0.0.1:443',
      ca: 'CA',
      namespace: 'flux-system',
    });
    expect(await loadKubeconfig({ env, readFile, context: 'h' })).toMatchObject({ server: 'https://h' });
  });
});
