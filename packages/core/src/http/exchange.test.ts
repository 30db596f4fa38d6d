import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connections } from './connections.ts';
import { exchange, type ExchangeOptions, type ExchangeResult } from './exchange.ts';

async function serve(handler: RequestListener): Promise<string> {
  const server = await serveHttp(handler);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.url;
}

async function text(result: ExchangeResult): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of result.body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function sender(): (url: string, options?: Partial<ExchangeOptions>) => Promise<ExchangeResult> {
  const connections = new Connections();
  onTestFinished(() => connections[Symbol.asyncDispose]());
  return (url, options) =>
    exchange({
      url: new URL(url),
      method: 'GET',
      headers: {},
      connections,
      maxBytes: 1000,
      ...options,
    });
}

describe('exchange', () => {
  it('gives the head first, then the body in pieces', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201, { 'x-method': request.method, 'content-type': 'text/plain' });
      request.pipe(response);
    });
    const result = await sender()(url, { method: 'POST', body: Buffer.from('hello') });
    expect([result.status, result.headers['x-method']]).toEqual([201, 'POST']);
    expect(await text(result)).toBe('hello');
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const send = sender();
    for (let i = 0; i < 3; i++) expect(await text(await send(url))).toBe('ok');
    expect(ports.size).toBe(1);
  });

  it('sends anew what a server has not seen, as it was closing the connection', async () => {
    const seen = new WeakSet<object>();
    let cut = 0;
    const handler: RequestListener = (request, response) => {
      if (seen.has(request.socket)) {
        cut++;
        request.socket.destroy();
        return;
      }
      seen.add(request.socket);
      response.end('ok');
    };
    const url = await serve(handler);
    const send = sender();
    for (let i = 0; i < 3; i++) expect(await text(await send(url))).toBe('ok');
    expect(cut).toBeGreaterThan(0);
  });

  it('does not send anew what a server refuses from the start', async () => {
    let requests = 0;
    const url = await serve((request) => {
      requests++;
      request.socket.destroy();
    });
    await expect(sender()(url)).rejects.toMatchObject({ code: 'HTTP_CONNECTION_FAILED', retry: 'backoff' });
    expect(requests).toBe(1);
  });

  it('bounds the body', async () => {
    const url = await serve((_request, response) => void response.end('x'.repeat(1001)));
    await expect(sender()(url).then(text)).rejects.toMatchObject({ code: 'HTTP_LIMIT' });
  });

  it('minds the server, and not the reader who takes his time', async () => {
    const url = await serve((_request, response) => {
      response.write('first ');
      setImmediate(() => response.end('second'));
    });
    const result = await sender()(url, { timeouts: { idleMs: 100 } });
    let body = '';
    for await (const piece of result.body) {
      body += Buffer.from(piece).toString();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(body).toBe('first second');
  });

  it('ends with the reason of its signal, before, during and after the head', async () => {
    const reason = new Error('enough');
    const url = await serve((request, response) => {
      if (request.url === '/body') response.write('half');
    });
    const send = sender();
    await expect(send(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const during = new AbortController();
    const waiting = send(url, { signal: during.signal });
    setTimeout(() => during.abort(reason), 30);
    await expect(waiting).rejects.toBe(reason);
    const after = new AbortController();
    const result = await send(`${url}/body`, { signal: after.signal });
    setTimeout(() => after.abort(reason), 30);
    await expect(text(result)).rejects.toBe(reason);
  });

  it('ends where a server is silent that was to speak TLS', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const reason = new Error('enough');
    const stop = new AbortController();
    const { port } = server.address() as AddressInfo;
    const waiting = sender()(`https://127.0.0.1:${port}`, { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 30);
    await expect(waiting).rejects.toBe(reason);
    const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    await expect.poll(connections).toBe(0);
  });

  it('gives no empty answer for one that its signal ended before anybody read it', async () => {
    const reason = new Error('enough');
    const url = await serve((_request, response) => response.end('all of it'));
    const stop = new AbortController();
    const result = await sender()(url, { signal: stop.signal });
    // By then all of it has come, and waits for its reader.
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(reason);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(text(result)).rejects.toBe(reason);
  });

  it('ends a request that still waits for a connection', async () => {
    const waiting = new Set<() => void>();
    const url = await serve((_request, response) => void waiting.add(() => response.end('ok')));
    const send = sender();
    // As many as connections are opened to one host at a time.
    const others = Array.from({ length: 64 }, () => send(url));
    await expect.poll(() => waiting.size).toBe(64);
    const reason = new Error('enough');
    const stop = new AbortController();
    const ended = send(url, { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 20);
    await expect(ended).rejects.toBe(reason);
    for (const answer of waiting) answer();
    for (const other of others) expect(await text(await other)).toBe('ok');
    const after = send(url);
    await expect.poll(() => waiting.size).toBe(65);
    for (const answer of waiting) answer();
    expect(await text(await after)).toBe('ok');
  });

  it('sends nothing of the userinfo in a URL', async () => {
    let authorization: string | undefined = 'none yet';
    const url = await serve((request, response) => {
      ({ authorization } = request.headers);
      response.end();
    });
    await text(await sender()(url.replace('//', '//user:pass@')));
    expect(authorization).toBeUndefined();
  });
});
