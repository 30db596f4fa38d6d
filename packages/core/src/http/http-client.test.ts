import { createAuthority, serveHttp } from '@gitops-toolkit/envtest/servers';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpClient } from './http-client.ts';

const authority = createAuthority();
const SECRETS = {
  authorization: 'Bearer secret',
  cookie: 'session=secret',
  'private-token': 'secret',
  'x-amz-security-token': 'secret',
};

function newClient(): HttpClient {
  const client = new HttpClient();
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client;
}

async function serve(handler: RequestListener, tls?: object): Promise<{ url: string; port: number }> {
  const server = await serveHttp(handler, tls);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** Says what it was shown. */
async function witness(
  tls?: object,
): Promise<{ url: string; port: number; seen: IncomingMessage[]; certificates: unknown[] }> {
  const [seen, certificates]: [IncomingMessage[], unknown[]] = [[], []];
  const server = await serve((request, response) => {
    seen.push(request);
    certificates.push((request.socket as TLSSocket).getPeerCertificate?.().subject);
    response.end('here');
  }, tls);
  return { ...server, seen, certificates };
}

describe('secrets', () => {
  it.each([301, 302, 303, 307, 308])(
    'SEC-CRED-01: stay with their origin when %d leads to another',
    async (status) => {
      const other = await witness();
      for (const location of [
        other.url,
        other.url.replace('127.0.0.1', 'localhost'),
        `//127.0.0.1:${other.port}/x`,
      ]) {
        const { url } = await serve((_, response) => void response.writeHead(status, { location }).end());
        const response = await newClient().request({
          url,
          secretHeaders: SECRETS,
          headers: { accept: 'x' },
          maxBytes: 100,
        });
        expect(Buffer.from(await response.bytes()).toString()).toBe('here');
        const { headers } = other.seen.at(-1) ?? { headers: {} };
        expect(headers).toMatchObject({ accept: 'x' });
        for (const name of Object.keys(SECRETS)) expect(headers).not.toHaveProperty(name);
      }
    },
  );

  it('SEC-CRED-01: go along where the origin stays the same (legitimate)', async () => {
    const seen: unknown[] = [];
    const { url } = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
      else response.end();
    });
    await newClient().request({ url, secretHeaders: SECRETS, maxBytes: 100 });
    expect(seen).toEqual(['Bearer secret', 'Bearer secret']);
  });

  it('SEC-CRED-01: a certificate is shown to its origin alone', async () => {
    const tls = { ...authority.server(), requestCert: true, ca: authority.ca, rejectUnauthorized: false };
    const other = await witness(tls);
    const first = await serve((request, response) => {
      expect((request.socket as TLSSocket).getPeerCertificate().subject.CN).toBe('me');
      response.writeHead(302, { location: other.url }).end();
    }, tls);
    await newClient().request({
      url: first.url,
      tls: { ca: authority.ca, ...authority.client('me') },
      maxBytes: 100,
    });
    expect(other.certificates).toEqual([undefined]);
  });

  it.each([
    ['to another protocol', 'ftp://127.0.0.1/'],
    ['to a file', 'file:///etc/passwd'],
    ['with credentials', 'http://me:pw@127.0.0.1/'],
    ['with a backslash', String.raw`http:\\evil.example.com`],
    ['that cannot be read', 'http://[/'],
  ])('SEC-CRED-01: no redirect %s is followed: HTTP_REDIRECT_REFUSED', async (_, location) => {
    const { url } = await serve((__, response) => void response.writeHead(302, { location }).end());
    await expect(newClient().request({ url, maxBytes: 100 })).rejects.toMatchObject({
      code: 'HTTP_REDIRECT_REFUSED',
    });
  });

  it('SEC-CRED-01: no redirect from https to http is followed, nor one of what changes something, nor a sixth', async () => {
    const secure = await serve(
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      authority.server(),
    );
    const tls = { ca: authority.ca };
    await expect(newClient().request({ url: secure.url, tls, maxBytes: 100 })).rejects.toThrow(
      /leads from https: to http:/,
    );
    const round = await serve((_, response) => void response.writeHead(302, { location: '/' }).end());
    await expect(newClient().request({ url: round.url, maxBytes: 100 })).rejects.toThrow(/more than 5/);
    const changing = { url: round.url, method: 'PUT' as const, body: Buffer.from('x'), maxBytes: 100 };
    await expect(newClient().request(changing)).rejects.toMatchObject({ code: 'HTTP_REDIRECT_REFUSED' });
  });
});

describe('a body that is sent', () => {
  it('may be made on the way, no faster than it is taken', async () => {
    let received = 0;
    const { url } = await serve(async (request, response) => {
      for await (const piece of request) received += (piece as Buffer).length;
      response.end(request.headers['content-length'] ?? 'chunked');
    });
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 50; i++) yield Buffer.alloc(100_000, i);
    };
    const send = async (length?: number) => {
      const body = { pieces: pieces(), ...(length === undefined ? {} : { length }) };
      const response = await newClient().request({ url, method: 'PUT', body, maxBytes: 100 });
      return Buffer.from(await response.bytes()).toString();
    };
    expect(await send(5_000_000)).toBe('5000000');
    expect(await send()).toBe('chunked');
    expect(received).toBe(10_000_000);
  });

  it('that fails on the way ends the request with its error', async () => {
    const { url } = await serve((request) => void request.resume());
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await Promise.reject(new Error('the disk broke'));
    };
    const sending = newClient().request({ url, method: 'PUT', body: { pieces: pieces() }, maxBytes: 100 });
    await expect(sending).rejects.toThrow('the disk broke');
  });
});

describe('limits', () => {
  it('LIM-HTTP-01: more bytes than may come are not read: HTTP_LIMIT', async () => {
    const { url } = await serve((_, response) => void response.end(Buffer.alloc(1001)));
    const response = await newClient().request({ url, maxBytes: 1000 });
    await expect(response.bytes()).rejects.toMatchObject({ code: 'HTTP_LIMIT' });
  });

  it('LIM-HTTP-01: as many as may come are (legitimate)', async () => {
    const { url } = await serve((_, response) => void response.end(Buffer.alloc(1000)));
    expect((await (await newClient().request({ url, maxBytes: 1000 })).bytes()).length).toBe(1000);
  });

  it.each([
    ['no answer', { firstByteMs: 30 }, () => {}],
    ['an answer that stops', { idleMs: 30 }, (response) => void response.write('a')],
    [
      'an answer without an end',
      { totalMs: 60 },
      (response) => {
        const timer = setInterval(() => response.write('a'), 5);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ] satisfies [string, object, (response: Parameters<RequestListener>[1]) => void][])(
    'LIM-HTTP-01: %s is left: HTTP_TIMEOUT',
    async (_, timeouts, answer) => {
      const { url } = await serve((__, response) => answer(response));
      const reading = newClient()
        .request({ url, timeouts, maxBytes: 1000 })
        .then((response) => response.bytes());
      await expect(reading).rejects.toMatchObject({ code: 'HTTP_TIMEOUT', retry: 'backoff' });
    },
  );

  it('LIM-HTTP-01: no more than 64 KiB of headers are read: HTTP_CONNECTION_FAILED', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end();
    });
    await expect(newClient().request({ url, maxBytes: 1000 })).rejects.toMatchObject({
      code: 'HTTP_CONNECTION_FAILED',
    });
  });

  it.each([
    'ftp://example.com/',
    'not a URL',
    'file:///etc/passwd',
    'unix:/var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'data:text/plain,hello',
  ])('SEC-SSRF-01: %s is not asked for: HTTP_URL_INVALID', async (url) => {
    await expect(newClient().request({ url, maxBytes: 1 })).rejects.toMatchObject({
      code: 'HTTP_URL_INVALID',
    });
  });
});

describe('TLS', () => {
  it('SEC-TLS-01: trusts an authority that it is given, in place of the others where that is said (legitimate)', async () => {
    const { url } = await witness(authority.server());
    for (const exclusiveCa of [false, true])
      expect(
        (await newClient().request({ url, tls: { ca: authority.ca, exclusiveCa }, maxBytes: 100 })).status,
      ).toBe(200);
    expect(
      (await newClient().request({ url, tls: { insecureSkipVerify: true }, maxBytes: 100 })).status,
    ).toBe(200);
  });

  it('SEC-TLS-01: trusts no other authority, no other name, and no certificate of a client: HTTP_CONNECTION_FAILED', async () => {
    const { url, port } = await witness(authority.server());
    const tls = { ca: authority.ca };
    const clientOnly = await witness(authority.client('127.0.0.1'));
    const refused = [
      { url, tls: {} },
      { url, tls: { ca: createAuthority().ca } },
      { url: `https://localhost:${port}`, tls },
      { url, tls: { ...tls, serverName: 'other.example.com' } },
      { url: clientOnly.url, tls },
    ];
    for (const request of refused)
      await expect(newClient().request({ ...request, maxBytes: 100 })).rejects.toMatchObject({
        code: 'HTTP_CONNECTION_FAILED',
      });
  });

  it('SEC-TLS-01: trusts no certificate that has expired, or is not valid yet: HTTP_CONNECTION_FAILED', async () => {
    const hour = 3_600_000;
    const now = Date.now();
    const expired = await witness(authority.server({ fromMs: now - 2 * hour, toMs: now - hour }));
    const early = await witness(authority.server({ fromMs: now + hour, toMs: now + 2 * hour }));
    for (const { url, seen } of [expired, early]) {
      await expect(
        newClient().request({ url, tls: { ca: authority.ca }, secretHeaders: SECRETS, maxBytes: 100 }),
      ).rejects.toMatchObject({ code: 'HTTP_CONNECTION_FAILED' });
      expect(seen).toEqual([]);
    }
  });

  it('SEC-TLS-01: in place of the others, an authority leaves none of them', async () => {
    const other = createAuthority();
    const { url } = await witness(authority.server());
    const tls = { ca: other.ca, exclusiveCa: true };
    await expect(newClient().request({ url, tls, maxBytes: 100 })).rejects.toMatchObject({
      code: 'HTTP_CONNECTION_FAILED',
    });
  });

  it('SEC-TLS-01: a connection that was made without a check is taken up by nobody who asks for one', async () => {
    const { url } = await witness(authority.server());
    const client = newClient();
    const unchecked = await client.request({ url, tls: { insecureSkipVerify: true }, maxBytes: 100 });
    await unchecked.bytes();
    await expect(client.request({ url, maxBytes: 100 })).rejects.toMatchObject({
      code: 'HTTP_CONNECTION_FAILED',
      hint: expect.stringContaining('ca') as string,
    });
  });

  it('SEC-TLS-01: uses no connection of another identity', async () => {
    const tls = { ...authority.server(), requestCert: true, ca: authority.ca, rejectUnauthorized: false };
    const { url, certificates } = await witness(tls);
    const client = newClient();
    for (const identity of [authority.client('a'), {}, authority.client('b')]) {
      const response = await client.request({ url, tls: { ca: authority.ca, ...identity }, maxBytes: 100 });
      await response.bytes();
    }
    expect(certificates).toMatchObject([{ CN: 'a' }, undefined, { CN: 'b' }]);
  });
});
