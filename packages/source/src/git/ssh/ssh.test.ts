import { denyAddresses } from '@gitops-toolkit/core/http';
import {
  createSshKey,
  findProgram,
  type Sshd,
  type SshKeyPair,
  startSshd,
} from '@gitops-toolkit/envtest/servers';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { git, hasGit } from '../../testing/run-git.ts';
import { fetchGit, GitFetcher } from '../git-fetcher.ts';
import { parseGitUrl } from '../git-url.ts';
import type { GitSshAccess } from './ssh-access.ts';
import { uploadPackCommand } from './ssh-remote.ts';

const hasSshd = findProgram('sshd') !== undefined && findProgram('ssh-keygen') !== undefined && hasGit;
const FORMATS = ['sha1', 'sha256'] as const;

describe.skipIf(!hasSshd)('git over SSH, at OpenSSH', () => {
  let folder: string;
  let key: SshKeyPair;
  const commits: Record<string, string> = {};

  beforeAll(async () => {
    key = await createSshKey();
    folder = await mkdtemp(join(tmpdir(), "it's ssh-"));
    for (const format of FORMATS) {
      const work = join(folder, `work-${format}`);
      await git('init', '-q', `--object-format=${format}`, '-b', 'main', work);
      await writeFile(join(work, 'app.yaml'), 'kind: Deployment\n');
      await git('-C', work, 'add', '-A');
      await git('-C', work, 'commit', '-q', '-m', 'One');
      await git('-C', work, 'tag', '-a', '-m', 'note', 'v1.2.0');
      await git('clone', '-q', '--bare', work, join(folder, `${format}.git`));
      commits[format] = await git('-C', work, 'rev-parse', 'HEAD');
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function start(options: Partial<Parameters<typeof startSshd>[0]> = {}): Promise<Sshd> {
    const sshd = await startSshd({ authorizedKeys: key.publicKey, ...options });
    if (!sshd) throw new Error('sshd is installed, and did not start');
    onTestFinished(() => sshd[Symbol.asyncDispose]());
    return sshd;
  }
  const knownHosts = ({ port, hostKeys }: Sshd) =>
    hostKeys.map((line) => `[127.0.0.1]:${port} ${line}\n`).join('');
  const access = (sshd: Sshd, more: Partial<GitSshAccess> = {}): GitSshAccess => ({
    identity: key.identity,
    knownHosts: knownHosts(sshd),
    ...more,
  });
  const urlOf = ({ port, user }: Sshd, name: string) =>
    `ssh://${user}@127.0.0.1:${port}${encodeURI(folder).replaceAll("'", '%27')}/${name}.git`;

  it.each([true, false])('resolves every kind of reference, in version 2: %s', async (acceptsGitProtocol) => {
    const sshd = await start({ acceptsGitProtocol });
    await using fetcher = new GitFetcher();
    for (const format of FORMATS) {
      const commit = commits[format] ?? '';
      const references = [
        { branch: 'main' },
        { tag: 'v1.2.0' },
        { semver: '1.x' },
        { name: 'refs/heads/main' },
        { commit },
      ];
      for (const reference of references) {
        const options = { ssh: access(sshd) };
        const found = await fetcher.resolve({ url: urlOf(sshd, format), ...reference }, options);
        const { tree, revision } = await fetcher.fetch(found, options);
        expect(revision).toMatch(new RegExp(`${format}:${commit}$`));
        expect(Buffer.from(tree.read('app.yaml') ?? []).toString()).toBe('kind: Deployment\n');
      }
    }
  });

  it('goes through a proxy where one is given, and says what that refuses', async () => {
    const sshd = await start();
    const asked: string[] = [];
    const proxy = createServer((client) => {
      client.on('error', () => {});
      client.once('data', (head: Buffer) => {
        asked.push(head.toString('latin1').split('\r\n', 1)[0] ?? '');
        if (!head.includes('Basic cm9ib3Q6c2VjcmV0'))
          return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        const upstream = connect(sshd.port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
        upstream.on('error', () => client.destroy());
        client.pipe(upstream).pipe(client);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const source = { url: urlOf(sshd, 'sha1'), branch: 'main' };
    const login = { username: 'robot', password: 'secret' };
    const { revision } = await fetchGit(source, { ssh: access(sshd), proxy: { url, ...login } });
    expect(revision).toBe(`main@sha1:${commits['sha1']}`);
    expect(asked).toEqual([`CONNECT 127.0.0.1:${sshd.port} HTTP/1.1`]);
    await expect(fetchGit(source, { ssh: access(sshd), proxy: { url } })).rejects.toMatchObject({
      code: 'GIT_CONNECTION_FAILED',
      message: expect.stringContaining('refuses the login'),
      retry: 'backoff',
    });
    const addresses = denyAddresses();
    await expect(
      fetchGit(source, { ssh: access(sshd), proxy: { url, ...login }, addresses }),
    ).rejects.toMatchObject({ code: 'GIT_CONNECTION_FAILED', retry: 'terminal' });
  });

  it.each(['ecdsa', 'rsa'] as const)(
    'SEC-SSH-01: knows a host by its key of the type %s (legitimate)',
    async (type) => {
      const sshd = await start({ hostKeyTypes: [type] });
      const { revision } = await fetchGit(
        { url: urlOf(sshd, 'sha1'), branch: 'main' },
        { ssh: access(sshd) },
      );
      expect(revision).toContain('main@sha1:');
    },
  );

  it('SEC-SSH-01: shows its key to no host that it does not know: GIT_HOST_KEY_REFUSED', async () => {
    const [sshd, other] = [await start(), await start({ hostKeyTypes: ['ecdsa'] })];
    const at = (text: string) => text.replaceAll(/\[127\.0\.0\.1\]:\d+/g, `[127.0.0.1]:${sshd.port}`);
    const changed = await createSshKey();
    for (const text of [
      '',
      at(knownHosts(other)),
      `[127.0.0.1]:${sshd.port} ${changed.publicKey}`,
      `@revoked * ${sshd.hostKeys[0]}\n${knownHosts(sshd)}`,
    ]) {
      const options = { ssh: access(sshd, { knownHosts: text }) };
      await expect(fetchGit({ url: urlOf(sshd, 'sha1'), branch: 'main' }, options)).rejects.toMatchObject({
        code: expect.stringMatching(/^GIT_(HOST_KEY_REFUSED|CONNECTION_FAILED)$/),
      });
    }
  });

  it('logs in with a key of every kind, encrypted or not', async () => {
    const keys: [SshKeyPair, string?][] = [
      [await createSshKey({ type: 'ecdsa' })],
      [await createSshKey({ type: 'rsa', bits: 2048 })],
      [await createSshKey({ passphrase: 'hunter22' }), 'hunter22'],
    ];
    const sshd = await start({ authorizedKeys: keys.map(([pair]) => pair.publicKey).join('') });
    for (const [{ identity }, passphrase] of keys) {
      const ssh = access(sshd, { identity, ...(passphrase !== undefined && { passphrase }) });
      expect(
        (await fetchGit({ url: urlOf(sshd, 'sha1'), branch: 'main' }, { ssh })).tree.size,
      ).toBeGreaterThan(0);
    }
  });

  it('is not let in with another key: GIT_AUTHENTICATION_FAILED', async () => {
    const sshd = await start();
    const { identity } = await createSshKey();
    const failing = fetchGit(
      { url: urlOf(sshd, 'sha1'), branch: 'main' },
      { ssh: access(sshd, { identity }) },
    );
    await expect(failing).rejects.toMatchObject({ code: 'GIT_AUTHENTICATION_FAILED', retry: 'backoff' });
    const without = fetchGit({ url: urlOf(sshd, 'sha1'), branch: 'main' });
    await expect(without).rejects.toMatchObject({ code: 'GIT_AUTHENTICATION_FAILED', hint: /known_hosts/ });
  });

  it('is told of a repository that is not there: GIT_REPOSITORY_NOT_FOUND', async () => {
    const sshd = await start();
    const failing = fetchGit({ url: urlOf(sshd, 'missing'), branch: 'main' }, { ssh: access(sshd) });
    await expect(failing).rejects.toMatchObject({ code: 'GIT_REPOSITORY_NOT_FOUND' });
  });

  it('keeps its connection between polls', async () => {
    const sshd = await start();
    await using fetcher = new GitFetcher();
    const options = { ssh: access(sshd) };
    const source = { url: urlOf(sshd, 'sha1'), branch: 'main' };
    await fetcher.resolve(source, options);
    // Nobody new is let in; who is in stays.
    await writeFile(join(sshd.folder, 'authorized_keys'), '');
    await fetcher.resolve(source, options);
    await expect(fetchGit(source, options)).rejects.toMatchObject({ code: 'GIT_AUTHENTICATION_FAILED' });
  });

  it.each([
    ['no key', 'hello'],
    ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMWoTEXMRhMgMVUdnLGqVVN0Ry4Uq9oHK2hk7JfW9mpS a'],
  ])('refuses as an identity %s, which it does not show: GIT_SSH_KEY_INVALID', async (_, identity) => {
    const sshd = await start();
    const failing = fetchGit(
      { url: urlOf(sshd, 'sha1'), branch: 'main' },
      { ssh: access(sshd, { identity }) },
    );
    await expect(failing).rejects.toMatchObject({
      code: 'GIT_SSH_KEY_INVALID',
      message: expect.not.stringContaining(identity),
    });
  });

  it('refuses keys that are weak or cannot be decrypted', async () => {
    const sshd = await start();
    const weak = await createSshKey({ type: 'rsa', bits: 1024 });
    const locked = await createSshKey({ passphrase: 'hunter22' });
    const ssh = [
      [access(sshd, { identity: weak.identity }), /1024 bits/],
      [access(sshd, { identity: locked.identity }), /is encrypted/],
      [access(sshd, { identity: locked.identity, passphrase: 'wrong' }), /passphrase/],
    ] as const;
    for (const [options, words] of ssh)
      await expect(fetchGit({ url: urlOf(sshd, 'sha1'), branch: 'main' }, { ssh: options })).rejects.toThrow(
        words,
      );
  });
});

describe.skipIf(!hasSshd)('git over SSH, at a server that does as it likes', () => {
  const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
  const hostLine = hostKey.public.split(' ').slice(0, 2).join(' ');
  const identity = ssh2.utils.generateKeyPairSync('ed25519').private;

  async function serve(
    onCommand: (command: string, stream: ssh2.ServerChannel) => void,
    runsCommand: (connection: number) => boolean = () => true,
    algorithms: ssh2.Algorithms = {},
  ): Promise<{ url: string; ssh: GitSshAccess }> {
    let connections = 0;
    const onClient = (client: Connection) => {
      const number = connections++;
      client.on('error', () => {});
      client.on('authentication', (context) => context.accept());
      client.on('session', (accept) =>
        accept()
          .on('env', (acceptEnv) => acceptEnv?.())
          .on(
            'exec',
            (acceptExec, __, { command }) => void (runsCommand(number) && onCommand(command, acceptExec())),
          ),
      );
    };
    const server = new ssh2.Server({ hostKeys: [hostKey.private], algorithms }, onClient);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    return {
      url: `ssh://127.0.0.1:${port}`,
      ssh: { identity, knownHosts: `[127.0.0.1]:${port} ${hostLine}\n` },
    };
  }

  it.each(["/it's/a path", '/$(touch x);`y`', '/a && b | c > d', '/--upload-pack=x', '/!history!'])(
    'SEC-GIT-02: gives the shell one word: %s',
    async (path) => {
      const commands: string[] = [];
      const { url, ssh } = await serve((command, stream) => {
        commands.push(command);
        stream.stderr.write('no');
        stream.exit(1);
        stream.end();
      });
      await expect(fetchGit({ url: `${url}${encodeURI(path)}`, branch: 'main' }, { ssh })).rejects.toThrow(
        'no',
      );
      expect(commands).toEqual([uploadPackCommand(path)]);
      expect(shellWords(commands[0] ?? '')).toEqual(['git-upload-pack', path]);
    },
  );

  it('SEC-GIT-02: gives a plain path as it is (legitimate)', () => {
    expect(uploadPackCommand('/org/app.git')).toBe("git-upload-pack '/org/app.git'");
    expect(parseGitUrl('ssh://git.example.com/~me/app')).toMatchObject({
      address: { path: '~me/app', user: 'git' },
    });
  });

  it('leaves a server that says nothing: GIT_TIMEOUT', async () => {
    const { url, ssh } = await serve(() => {});
    const failing = fetchGit({ url: `${url}/app`, branch: 'main' }, { ssh, timeouts: { firstByteMs: 50 } });
    await expect(failing).rejects.toMatchObject({ code: 'GIT_TIMEOUT' });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '0x7f.1'])(
    'SEC-SSRF-01: dials nothing that the operator denies: %s',
    async (host) => {
      const { url, ssh } = await serve(() => {});
      const { port } = new URL(url);
      const names = [host.replace(/^\[|\]$/g, ''), 'localhost', '0x7f.1', '127.0.0.1'];
      const knownHosts = names.map((name) => `[${name}]:${port} ${hostLine}\n`).join('');
      const failing = fetchGit(
        { url: `ssh://${host}:${port}/app`, branch: 'main' },
        { ssh: { ...ssh, knownHosts }, addresses: denyAddresses() },
      );
      await expect(failing).rejects.toMatchObject({
        code: 'GIT_CONNECTION_FAILED',
        retry: 'terminal',
        cause: { code: 'HTTP_ADDRESS_REFUSED' },
      });
    },
  );

  it('SEC-SSRF-01: dials what the operator allows (legitimate)', async () => {
    const { url, ssh } = await serve((_, stream) => {
      stream.stderr.write('repository not found');
      stream.exit(1);
      stream.end();
    });
    const addresses = denyAddresses({ allow: ['127.0.0.0/8'] });
    const failing = fetchGit({ url: `${url}/app`, branch: 'main' }, { ssh, addresses });
    await expect(failing).rejects.toMatchObject({ code: 'GIT_REPOSITORY_NOT_FOUND' });
  });

  it('leaves a server that runs no command, and takes its connection up no more: GIT_TIMEOUT', async () => {
    const { url, ssh } = await serve(
      (_, stream) => {
        stream.stderr.write('repository not found');
        stream.exit(1);
        stream.end();
      },
      (connection) => connection > 0,
    );
    await using fetcher = new GitFetcher();
    const resolve = () =>
      fetcher.resolve({ url: `${url}/app`, branch: 'main' }, { ssh, timeouts: { firstByteMs: 200 } });
    await expect(resolve()).rejects.toMatchObject({ code: 'GIT_TIMEOUT', retry: 'backoff' });
    await expect(resolve()).rejects.toMatchObject({ code: 'GIT_REPOSITORY_NOT_FOUND' });
  });

  it('leaves a server that is stuck when it is told to, and takes its connection up no more', async () => {
    const refuse = (stream: ssh2.ServerChannel): void => {
      stream.stderr.write('repository not found');
      stream.exit(1);
      stream.end();
    };
    const connections: number[] = [];
    let stop = new AbortController();
    // The first connection runs no command, the second one runs it and says nothing.
    const { url, ssh } = await serve(
      (_, stream) => void (connections.length > 2 && refuse(stream)),
      (connection) => {
        setTimeout(() => stop.abort(new Error('enough')), 50);
        return connections.push(connection) > 1;
      },
    );
    await using fetcher = new GitFetcher();
    const resolve = (signal?: AbortSignal) =>
      fetcher.resolve({ url: `${url}/app`, branch: 'main' }, { ssh, ...(signal && { signal }) });
    for (const _ of [1, 2]) {
      stop = new AbortController();
      await expect(resolve(stop.signal)).rejects.toThrow('enough');
    }
    await expect(resolve()).rejects.toMatchObject({ code: 'GIT_REPOSITORY_NOT_FOUND' });
    expect(connections).toEqual([0, 1, 2]);
  });

  it.each(['http', 'socks5'] as const)('leaves a %s proxy that says nothing: GIT_TIMEOUT', async (kind) => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => {}).resume();
      socket.once('close', () => open.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const proxy = { url: `${kind}://127.0.0.1:${port}` };
    const { url, ssh } = await serve(() => {});
    const source = { url: `${url}/app`, branch: 'main' };
    const slow = fetchGit(source, { ssh, proxy, timeouts: { connectMs: 100 } });
    await expect(slow).rejects.toMatchObject({ code: 'GIT_TIMEOUT' });
    const stop = new AbortController();
    const failing = fetchGit(source, { ssh, proxy, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await expect(failing).rejects.toThrow('enough');
    await expect.poll(() => open.size).toBe(0);
  });

  it('leaves a server that does not let it in: GIT_TIMEOUT', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const options = {
      ssh: { identity, knownHosts: `[127.0.0.1]:${port} ${hostLine}\n` },
      timeouts: { connectMs: 50 },
    };
    await expect(
      fetchGit({ url: `ssh://127.0.0.1:${port}/app`, branch: 'main' }, options),
    ).rejects.toMatchObject({
      code: 'GIT_TIMEOUT',
    });
  });

  it('leaves a server that sends without end: GIT_LIMIT, GIT_PROTOCOL', async () => {
    const { url, ssh } = await serve((_, stream) => {
      const flood = () =>
        void stream.write(Buffer.alloc(60_000, 'x'), () => !stream.destroyed && setImmediate(flood));
      stream.on('error', () => {});
      flood();
    });
    const failing = fetchGit({ url: `${url}/app`, branch: 'main' }, { ssh, limits: { maxPackBytes: 1 } });
    await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_(LIMIT|PROTOCOL)$/) });
  });

  it('ends when it is told to', async () => {
    const { url, ssh } = await serve(() => {});
    const stop = new AbortController();
    const failing = fetchGit({ url: `${url}/app`, branch: 'main' }, { ssh, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(failing).rejects.toThrow('enough');
  });

  it('SEC-SSH-02: offers a strict key exchange, which no prefix of the conversation can be cut from', async () => {
    let hello = '';
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.write('SSH-2.0-Test\r\n');
      socket.on('data', (piece) => (hello += piece.toString('latin1')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const options = {
      ssh: { identity, knownHosts: `[127.0.0.1]:${port} ${hostLine}\n` },
      timeouts: { connectMs: 200 },
    };
    await fetchGit({ url: `ssh://127.0.0.1:${port}/app`, branch: 'main' }, options).catch(() => {});
    expect(hello).toContain('kex-strict-c-v00@openssh.com');
    expect(hello).not.toMatch(/ssh-dss|diffie-hellman-group1-sha1|,ssh-rsa/);
  });

  it.each([
    { kex: ['diffie-hellman-group14-sha1'] },
    { kex: ['diffie-hellman-group1-sha1'] },
    { cipher: ['aes128-cbc'] },
    { cipher: ['3des-cbc'] },
    { hmac: ['hmac-md5'] },
  ] satisfies ssh2.Algorithms[])(
    'SEC-SSH-02: does not speak with a server that has only %o',
    async (weak) => {
      const commands: string[] = [];
      const { url, ssh } = await serve((command) => commands.push(command), undefined, {
        // With a cipher that authenticates by itself, no MAC is agreed on.
        cipher: ['aes128-ctr'],
        ...weak,
      });
      const failing = fetchGit({ url: `${url}/app`, branch: 'main' }, { ssh });
      await expect(failing).rejects.toMatchObject({ code: 'GIT_CONNECTION_FAILED' });
      expect(commands).toEqual([]);
    },
  );

  it('SEC-SSH-02: speaks with a server that has it (legitimate)', async () => {
    const { url, ssh } = await serve((_, stream) => {
      stream.stderr.write('repository not found');
      stream.exit(128);
      stream.end();
    });
    const failing = fetchGit({ url: `${url}/app`, branch: 'main' }, { ssh });
    await expect(failing).rejects.toMatchObject({ code: 'GIT_REPOSITORY_NOT_FOUND' });
  });
});

describe('an ssh:// URL', () => {
  it('SEC-GIT-01: names user, host, port and path (legitimate)', () => {
    expect(parseGitUrl('ssh://me@git.example.com:2222/org/app.git')).toEqual({
      kind: 'ssh',
      address: { host: 'git.example.com', port: 2222, user: 'me', path: '/org/app.git' },
    });
    expect(parseGitUrl('ssh://[::1]/app')).toMatchObject({ address: { host: '::1', port: 22, user: 'git' } });
  });

  it.each([
    'ssh://-oProxyCommand=touch/app',
    'ssh://-oProxyCommand=touch@host/app',
    'ssh://host;touch/app',
    'ssh://host/%0Aevil',
    'ssh://host/',
    'ssh://me:password@host/app',
    'ssh://ho$(x)st/app',
    '-oProxyCommand=x',
    'ext::sh -c x',
    'git@host:app',
  ])('SEC-GIT-01: is refused with what is no part of one: %s: GIT_URL_INVALID', (url) => {
    expect(() => parseGitUrl(url)).toThrow(expect.objectContaining({ code: 'GIT_URL_INVALID' }));
  });
});

/** What a POSIX shell makes of a command without expansions: words, with quotes taken off. */
function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < command.length; i++) {
    const character = command[i] ?? '';
    if (character === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = command.indexOf("'", i + 1);
      word = (word ?? '') + command.slice(i + 1, end);
      i = end;
    } else if (character === '\\') word = (word ?? '') + command[++i];
    else word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
}
