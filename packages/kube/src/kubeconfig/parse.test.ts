import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseKubeconfig } from './parse.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const kubeconfig = (cluster: string, user: string, rest = 'namespace: apps'): string => `
apiVersion: v1
kind: Config
clusters:
- name: edge
  cluster: {server: "https://edge.example:6443", ${cluster}}
users:
- name: bot
  user: {${user}}
contexts:
- name: main
  context: {cluster: edge, user: bot, ${rest}}
- name: other
  context: {cluster: edge, user: bot}
current-context: main
`;

describe('parseKubeconfig', () => {
  it('reads certificates, names and the namespace of the current context', async () => {
    const text = kubeconfig(
      `certificate-authority-data: ${base64('CA')}, tls-server-name: api.internal`,
      `client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')}`,
    );
    expect(await parseKubeconfig(text, { allow: 'untrusted' })).toEqual({
      server: 'https://edge.example:6443',
      ca: 'CA',
      tlsServerName: 'api.internal',
      cert: 'CERT',
      key: 'KEY',
      namespace: 'apps',
    });
  });

  it('reads tokens, names and passwords', async () => {
    expect(await parseKubeconfig(kubeconfig('', 'token: abc'), { allow: 'untrusted' })).toMatchObject({
      token: 'abc',
    });
    const basic = await parseKubeconfig(kubeconfig('', 'username: bob, password: pw'), {
      allow: 'untrusted',
    });
    expect(basic).toMatchObject({ username: 'bob', password: 'pw' });
  });

  it('reads JSON', async () => {
    const text = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
      contexts: [{ name: 'x', context: { cluster: 'c' } }],
    });
    expect(await parseKubeconfig(text, { allow: 'untrusted' })).toEqual({ server: 'https://c' });
  });

  it('takes the context that it is asked for', async () => {
    const config = await parseKubeconfig(kubeconfig('', 'token: abc'), {
      allow: 'untrusted',
      context: 'other',
    });
    expect(config.namespace).toBeUndefined();
  });

  it('does what an operator asks for', async () => {
    const text = kubeconfig(
      'insecure-skip-tls-verify: true, proxy-url: "http://proxy:3128"',
      'token: abc, as: alice, as-uid: "7", as-groups: [dev], as-user-extra: {team: [web]}',
    );
    expect(await parseKubeconfig(text, { allow: 'operator' })).toMatchObject({
      insecureSkipTlsVerify: true,
      proxyUrl: 'http://proxy:3128',
      impersonate: { user: 'alice', uid: '7', groups: ['dev'], extra: { team: ['web'] } },
    });
  });

  it.each([
    ['nonsense: [', 'is not YAML'],
    ['[]', 'is not a kubeconfig'],
    ['clusters: {}', 'clusters is not a list'],
    ['', 'names no context'],
    ['current-context: x', 'has no context "x"'],
    ['contexts: [{name: x, context: {}}]', 'names no cluster'],
    ['contexts: [{name: x, context: {cluster: c}}]', 'has no cluster "c"'],
    ['{contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c}]}', 'has no server'],
    [
      '{contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: s}}]}',
      'has no user "u"',
    ],
  ])('refuses %j', async (text, message) => {
    await expect(parseKubeconfig(text, { allow: 'operator' })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a text that is too large', async () => {
    await expect(parseKubeconfig(' '.repeat(5_000_000), { allow: 'operator' })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_INVALID',
    });
  });
});

describe('parseKubeconfig of a tenant', () => {
  it.each([
    ['cluster.certificate-authority', 'certificate-authority: /etc/hosts', ''],
    ['cluster.insecure-skip-tls-verify', 'insecure-skip-tls-verify: true', ''],
    ['cluster.proxy-url', 'proxy-url: "http://10.0.0.1"', ''],
    ['user.client-certificate', '', 'client-certificate: /etc/hosts'],
    ['user.client-key', '', 'client-key: /etc/hosts'],
    ['user.tokenFile', '', 'tokenFile: /var/run/secrets/token'],
    ['user.exec', '', 'exec: {command: /bin/sh, apiVersion: client.authentication.k8s.io/v1}'],
    ['user.auth-provider', '', 'auth-provider: {name: gcp, config: {cmd-path: /bin/sh}}'],
    ['user.as', '', 'token: abc, as: "system:admin"'],
    ['user.as-groups', '', 'as-groups: ["system:masters"]'],
  ])('refuses %s', async (field, cluster, user) => {
    const text = kubeconfig(cluster, user);
    await expect(parseKubeconfig(text, { allow: 'untrusted' })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_REFUSED',
      message: expect.stringContaining(field),
    });
  });

  it('names every field at once', async () => {
    const text = kubeconfig('proxy-url: "http://x"', 'tokenFile: /a, exec: {command: b}');
    await expect(parseKubeconfig(text, { allow: 'untrusted' })).rejects.toMatchObject({
      message: expect.stringMatching(/cluster\.proxy-url, user\.tokenFile, user\.exec$/),
    });
  });

  it('does not mind fields that are switched off', async () => {
    const text = kubeconfig(
      'insecure-skip-tls-verify: false, certificate-authority: ""',
      'token: abc, as-groups: []',
    );
    expect(await parseKubeconfig(text, { allow: 'untrusted' })).toMatchObject({ token: 'abc' });
  });

  it('allows unchecked TLS where the operator does, and nothing more', async () => {
    const options = { allow: 'untrusted', allowInsecureTls: true } as const;
    const text = kubeconfig('insecure-skip-tls-verify: true', 'token: abc');
    expect(await parseKubeconfig(text, options)).toMatchObject({ insecureSkipTlsVerify: true });
    await expect(parseKubeconfig(kubeconfig('', 'exec: {command: b}'), options)).rejects.toMatchObject({
      code: 'KUBE_CONFIG_REFUSED',
    });
  });

  it('is not taken in by keys of the prototype', async () => {
    const text = kubeconfig(
      '__proto__: {insecure-skip-tls-verify: true}',
      'constructor: {token: a}, token: abc',
    );
    const config = await parseKubeconfig(text, { allow: 'untrusted' });
    expect(config.insecureSkipTlsVerify).toBeUndefined();
    expect(({} as Record<string, unknown>)['insecure-skip-tls-verify']).toBeUndefined();
  });
});

describe('parseKubeconfig with a command', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const withCommand = (script: string): string =>
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
      users: [
        {
          name: 'u',
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1',
              command: process.execPath,
              args: [script],
              env: [{ name: 'WHO', value: 'bob' }],
            },
          },
        },
      ],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    });

  async function script(name: string, source: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, source);
    return withCommand(path);
  }

  it('gets a token, and another one when that is refused', async () => {
    const counter = join(folder, 'count');
    const text = await script(
      'token.mjs',
      `import { appendFileSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(counter)}, 'x');
       const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
       const n = readFileSync(${JSON.stringify(counter)}, 'utf8').length;
       console.log(JSON.stringify({ ...info, status: { token: process.env.WHO + n } }));`,
    );
    const { token } = await parseKubeconfig(text, { allow: 'untrusted', allowExec: true });
    if (typeof token !== 'function') throw new Error('no token source');
    expect(await token()).toBe('bob1');
    expect(await token()).toBe('bob1');
    expect(await token({ refresh: true })).toBe('bob2');
  });

  it('gets a certificate', async () => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    const text = await script('cert.mjs', `console.log(${JSON.stringify(JSON.stringify({ status }))});`);
    const { clientCertificate, ...config } = await parseKubeconfig(text, { allow: 'operator' });
    expect(config).toEqual({ server: 'https://c', cert: 'CERT', key: 'KEY' });
    expect(await clientCertificate?.({ refresh: true })).toEqual({ cert: 'CERT', key: 'KEY' });
  });

  it('says what the command says', async () => {
    const text = await script('fail.mjs', `console.error('please log in'); process.exit(1);`);
    await expect(parseKubeconfig(text, { allow: 'operator' })).rejects.toMatchObject({
      code: 'KUBE_CREDENTIALS',
      message: expect.stringContaining('please log in'),
    });
  });
});
