import { createAuthority, serveHttp } from '@gitops-toolkit/envtest/servers';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { denyAddresses } from '../address-policy.ts';
import { HttpClient } from '../http-client.ts';
import { proxyFromEnvironment } from './from-environment.ts';
import { parseProxy } from './proxy.ts';

/** What a proxy was asked, and what it was shown. */
interface TestProxy {
  readonly port: number;
  readonly asked: string[];
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy of HTTP that gives tunnels, and passes other requests on. */
async function httpProxy(
  options: { login?: string; tls?: { cert: string; key: string } } = {},
): Promise<TestProxy> {
  const asked: string[] = [];
  const onSocket = (client: Socket) => {
    client.on('error', () => {});
    client.once('data', (head: Buffer) => {
      const text = head.toString('latin1');
      const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(text) ?? [];
      const login = /proxy-authorization: Basic (\S+)/i.exec(text)?.[1] ?? '';
      asked.push(`${method} ${target} ${Buffer.from(login, 'base64').toString()}`.trim());
      if (options.login !== undefined && Buffer.from(login, 'base64').toString() !== options.login)
        return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const url = new URL(method === 'CONNECT' ? `http://${target}` : target);
      const upstream = connect(Number(url.port || 80), url.hostname, () => {
        if (method === 'CONNECT') client.write('HTTP/1.1 200 OK\r\n\r\n');
        else upstream.write(text.replace(url.origin, '').replace(/proxy-authorization: .*\r\n/i, ''));
        client.pipe(upstream).pipe(client);
      });
      upstream.on('error', () => client.destroy());
    });
  };
  const port = await listen(options.tls ? createSecureServer(options.tls, onSocket) : createServer(onSocket));
  return { port, asked };
}

/** A proxy of SOCKS5. */
async function socksProxy(login?: string): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer((client) => {
    client.on('error', () => {});
    let step: 'greeting' | 'login' | 'request' = 'greeting';
    client.on('data', (data) => {
      if (step === 'greeting') {
        step = login === undefined ? 'request' : 'login';
        client.write(Buffer.from([5, login === undefined ? 0 : data.includes(2, 2) ? 2 : 0xff]));
      } else if (step === 'login') {
        step = 'request';
        const name = data.toString('utf8', 2, 2 + (data[1] ?? 0));
        const password = data.toString('utf8', 3 + (data[1] ?? 0));
        client.write(Buffer.from([1, `${name}:${password}` === login ? 0 : 1]));
      } else {
        client.removeAllListeners('data');
        const isName = data[3] === 3;
        const length = isName ? (data[4] ?? 0) : 4;
        const host = isName ? data.toString('utf8', 5, 5 + length) : [...data.subarray(4, 8)].join('.');
        const port = data.readUInt16BE(data.length - 2);
        asked.push(`${host}:${port}`);
        const upstream = connect(port, host, () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          client.pipe(upstream).pipe(client);
        });
        upstream.on('error', () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
      }
    });
  });
  return { port: await listen(server), asked };
}

function newClient(options: ConstructorParameters<typeof HttpClient>[0] = {}): HttpClient {
  const client = new HttpClient(options);
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client;
}

async function origin(tls?: {
  cert: string;
  key: string;
}): Promise<{ url: string; port: number; seen: object[] }> {
  const seen: object[] = [];
  const server = await serveHttp((request, response) => {
    seen.push(request.headers);
    response.end(`you asked for ${request.url}`);
  }, tls);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: server.url, port: server.port, seen };
}

/** Stands in for the resolver of the system; gives the answers in turn, and notes what it was asked for. */
function answeringLookups(answers: readonly (readonly string[])[]): string[] {
  const asked: string[] = [];
  const { lookup } = dns;
  dns.lookup = ((host: string, _options: object, callback: (error: null, addresses: object[]) => void) => {
    const answer = answers[asked.length] ?? [];
    asked.push(host);
    callback(
      null,
      answer.map((address) => ({ address, family: 4 })),
    );
  }) as typeof lookup;
  syncBuiltinESMExports();
  onTestFinished(() => {
    dns.lookup = lookup;
    syncBuiltinESMExports();
  });
  return asked;
}

const authority = createAuthority();
const LOGIN = { username: 'me', password: 'hunter22' };

describe('a proxy', () => {
  it.each(['http', 'socks5'] as const)('of %s is gone through, for HTTP and HTTPS', async (kind) => {
    const [plain, secure] = [await origin(), await origin(authority.server())];
    const proxy = kind === 'http' ? await httpProxy() : await socksProxy();
    const client = newClient();
    for (const { url } of [plain, secure, secure]) {
      const response = await client.request({
        url: `${url}/a?b`,
        proxy: { url: `${kind}://127.0.0.1:${proxy.port}` },
        tls: { ca: authority.ca },
        maxBytes: 1000,
      });
      expect(Buffer.from(await response.bytes()).toString()).toBe('you asked for /a?b');
    }
    const expected =
      kind === 'http'
        ? [`GET ${plain.url}/a?b`, `CONNECT 127.0.0.1:${secure.port}`]
        : [`127.0.0.1:${plain.port}`, `127.0.0.1:${secure.port}`];
    // The second request over TLS takes the tunnel of the first.
    expect(proxy.asked).toEqual(expected);
  });

  it('is spoken to with TLS where it says so', async () => {
    const { url } = await origin();
    const proxy = await httpProxy({ tls: authority.server() });
    const address = { url: `https://127.0.0.1:${proxy.port}`, tls: { ca: authority.ca } };
    expect((await newClient().request({ url, proxy: address, maxBytes: 1000 })).status).toBe(200);
  });

  it.each(['http', 'socks5'] as const)(
    'SEC-PROXY-01: of %s is logged in to, and the origin sees nothing of it (legitimate)',
    async (kind) => {
      const [plain, secure] = [await origin(), await origin(authority.server())];
      const proxy =
        kind === 'http' ? await httpProxy({ login: 'me:hunter22' }) : await socksProxy('me:hunter22');
      for (const { url, seen } of [plain, secure]) {
        const address = { url: `${kind}://127.0.0.1:${proxy.port}`, ...LOGIN };
        await newClient().request({ url, proxy: address, tls: { ca: authority.ca }, maxBytes: 1000 });
        expect(JSON.stringify(seen)).not.toMatch(/hunter22|bWU6aHVudGVyMjI/);
        expect(seen[0]).not.toHaveProperty('proxy-authorization');
      }
    },
  );

  it.each(['http', 'socks5'] as const)(
    'of %s that refuses the login is told of, without it: HTTP_PROXY_FAILED',
    async (kind) => {
      const { url } = await origin(authority.server());
      const proxy = kind === 'http' ? await httpProxy({ login: 'a:b' }) : await socksProxy('a:b');
      const address = { url: `${kind}://127.0.0.1:${proxy.port}`, ...LOGIN };
      await expect(newClient().request({ url, proxy: address, maxBytes: 1000 })).rejects.toMatchObject({
        code: 'HTTP_PROXY_FAILED',
        retry: 'backoff',
        message: expect.not.stringContaining('hunter22'),
      });
    },
  );

  it.each(['http', 'https', 'socks5'] as const)(
    'of %s that says nothing is left when the request is, and nothing stays open',
    async (kind) => {
      const open = new Set<Socket>();
      const met = new Array<() => void>();
      const port = await listen(
        createServer((socket) => {
          open.add(socket);
          socket.on('error', () => {}).resume();
          socket.once('close', () => open.delete(socket));
          met.shift()?.();
        }),
      );
      const client = newClient();
      const proxy = { url: `${kind}://127.0.0.1:${port}` };
      const request = { url: 'https://git.example.com/', maxBytes: 100, proxy };
      const reason = new Error('enough');
      const stop = new AbortController();
      const isMet = new Promise<void>((resolve) => met.push(resolve));
      const ended = client.request({ ...request, signal: stop.signal });
      await isMet;
      stop.abort(reason);
      await expect(ended).rejects.toBe(reason);
      await expect(client.request({ ...request, timeouts: { connectMs: 100 } })).rejects.toMatchObject({
        code: 'HTTP_TIMEOUT',
      });
      await expect.poll(() => open.size).toBe(0);
    },
  );

  it('that is not there, or is none, is told of: HTTP_PROXY_FAILED', async () => {
    const { url } = await origin(authority.server());
    const port = await listen(
      createServer((socket) => void socket.on('error', () => {}).end('hello\r\n\r\n')),
    );
    for (const address of ['http://127.0.0.1:1', `socks5://127.0.0.1:${port}`, `http://127.0.0.1:${port}`])
      await expect(
        newClient().request({ url, proxy: { url: address }, maxBytes: 1000 }),
      ).rejects.toMatchObject({
        code: 'HTTP_PROXY_FAILED',
      });
  });

  it.each([
    'ftp://proxy.example.com',
    'proxy.example.com:3128',
    'http://proxy.example.com/path',
    'http://proxy.example.com --option',
    'http://proxy"example.com',
    'http://$(touch x).example.com',
    'http://proxy.example.com\nx: y',
    'socks5://proxy.example.com;touch',
    'http://-oProxyCommand=x',
    'http://%zz:secret@proxy.example.com',
    `http://proxy.example.com/${'x'.repeat(2048)}`,
  ])('SEC-PROXY-01: is no text for a program: %j: HTTP_PROXY_INVALID', (url) => {
    expect(() => parseProxy({ url })).toThrow(expect.objectContaining({ code: 'HTTP_PROXY_INVALID' }));
  });
});

describe('addresses that may not be dialled', () => {
  const addresses = denyAddresses();

  it.each([
    'http://127.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://0.0.0.0/',
    'http://localhost/',
    'http://224.0.0.1/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[fd20:ce::254]/',
    'http://168.63.129.16/',
    'http://100.100.100.200/',
  ])('SEC-SSRF-01: are refused however they are written: %s: HTTP_ADDRESS_REFUSED', async (url) => {
    await expect(newClient({ addresses }).request({ url, maxBytes: 10 })).rejects.toMatchObject({
      code: 'HTTP_ADDRESS_REFUSED',
      retry: 'terminal',
    });
  });

  it('SEC-SSRF-01: are refused after a redirect, and as those of a proxy', async () => {
    const server = await serveHttp((_, response) => {
      response.writeHead(302, { location: `http://localhost:${server.port}/again` }).end();
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const policy = { addresses: denyAddresses({ allow: ['127.0.0.1'] }) };
    const redirected = newClient({
      addresses: {
        refused: (address, host) =>
          host === '127.0.0.1'
            ? undefined
            : policy.addresses.refused(address.replace('127.0.0.1', '127.0.0.2'), host),
      },
    });
    await expect(redirected.request({ url: server.url, maxBytes: 10 })).rejects.toMatchObject({
      code: 'HTTP_ADDRESS_REFUSED',
    });
    const proxy = { url: `http://127.0.0.1:${server.port}` };
    await expect(
      newClient({ addresses }).request({ url: 'http://example.com/', proxy, maxBytes: 10 }),
    ).rejects.toMatchObject({
      code: 'HTTP_ADDRESS_REFUSED',
    });
  });

  it.each(['http', 'socks5'] as const)(
    'SEC-SSRF-01: are refused behind a proxy of %s, too, which may be at a better place to reach them',
    async (kind) => {
      const proxy = kind === 'http' ? await httpProxy() : await socksProxy();
      const client = newClient({
        addresses: {
          refused: (address, host) => (host === '127.0.0.1' ? undefined : addresses.refused(address, host)),
        },
      });
      const through = { url: `${kind}://127.0.0.1:${proxy.port}` };
      for (const url of ['http://169.254.169.254/', 'https://169.254.169.254/'])
        await expect(client.request({ url, proxy: through, maxBytes: 10 })).rejects.toMatchObject({
          code: 'HTTP_ADDRESS_REFUSED',
        });
      expect(proxy.asked).toEqual([]);
    },
  );

  it('SEC-SSRF-01: are refused where a name has them in its second answer', async () => {
    const { url, port } = await origin();
    const answers = [['127.0.0.1'], ['169.254.169.254'], ['169.254.169.254', '127.0.0.1']];
    const asked = answeringLookups(answers);
    const client = newClient({ addresses: denyAddresses({ allow: ['127.0.0.1'] }) });
    const get = async () => {
      const request = { url: `http://rebinding.example.com:${port}/`, headers: { connection: 'close' } };
      return (await (await client.request({ ...request, maxBytes: 1000 })).bytes()).length;
    };
    expect(await get()).toBeGreaterThan(0);
    await expect(get()).rejects.toMatchObject({
      code: 'HTTP_ADDRESS_REFUSED',
      message: expect.stringContaining('rebinding.example.com (169.254.169.254)'),
    });
    // Of several, those that may be dialled are; what was looked at is what is dialled, without another question.
    expect(await get()).toBeGreaterThan(0);
    expect(asked).toHaveLength(3);
    expect(url).toContain('127.0.0.1');
  });

  it('SEC-SSRF-01: are not those of IPv6 that stand for others (legitimate)', () => {
    for (const address of ['2606:4700::1111', '64:ff9b::8.8.8.8', '2002:808:808::1', '::ffff:8.8.8.8'])
      expect(addresses.refused(address, 'example.com')).toBeUndefined();
    expect(addresses.refused('::1', 'example.com')).toBe('loopback');
    expect(addresses.refused('::', 'example.com')).toBe('unspecified');
    expect(addresses.refused('fe80::1%eth0', 'example.com')).toBe('link-local');
    expect(denyAddresses({ deny: ['private'] }).refused('64:ff9b::10.0.0.1', 'x')).toBe('private');
  });

  it('SEC-SSRF-01: may be allowed by host, address and network; private ones are, unless denied (legitimate)', async () => {
    const { url, port } = await origin();
    for (const allow of ['127.0.0.1', '127.0.0.0/8'])
      expect(
        (await newClient({ addresses: denyAddresses({ allow: [allow] }) }).request({ url, maxBytes: 1000 }))
          .status,
      ).toBe(200);
    const byName = newClient({ addresses: denyAddresses({ allow: ['localhost'] }) });
    expect((await byName.request({ url: `http://localhost:${port}`, maxBytes: 1000 })).status).toBe(200);
    expect(addresses.refused('10.0.0.1', 'registry')).toBeUndefined();
    expect(denyAddresses({ deny: ['private'] }).refused('10.0.0.1', 'registry')).toBe('private');
    expect(addresses.refused('93.184.216.34', 'example.com')).toBeUndefined();
  });
});

describe('the proxy of an environment', () => {
  const environment = {
    HTTP_PROXY: 'http://plain:3128',
    https_proxy: 'secure:3129',
    NO_PROXY: 'internal.example.com, .svc,10.0.0.0/8 ,host:8080,*.wild.example.com,[fd00::1]',
  };

  it.each([
    ['http://example.com/', 'http://plain:3128'],
    ['https://example.com/', 'http://secure:3129'],
    ['https://svc/', 'http://secure:3129'],
    ['http://host/', 'http://plain:3128'],
    ['http://notinternal.example.com/', 'http://plain:3128'],
  ])('is for %s %s', (url, proxy) => {
    expect(proxyFromEnvironment(environment, url)).toEqual({ url: proxy });
  });

  it.each([
    'http://internal.example.com/',
    'https://deep.internal.example.com/',
    'https://api.svc/',
    'http://10.1.2.3/',
    'http://host:8080/',
    'http://a.wild.example.com/',
    'http://[fd00::1]/',
    'http://localhost:5000/',
    'http://127.0.0.1/',
  ])('is none for %s', (url) => {
    expect(proxyFromEnvironment(environment, url)).toBeUndefined();
    expect(proxyFromEnvironment({ ...environment, NO_PROXY: '*' }, 'http://example.com/')).toBeUndefined();
  });
});
