import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';

import { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it, onTestFinished } from 'vitest';

import { ServerUnderTest } from '../../e2e/server-under-test.ts';
import { selfSignedCertificate } from '../../embedded/http/self-signed.ts';
import { startEmbedded } from '../../embedded/start-embedded.ts';
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './start-fault-proxy.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

async function proxyTo(
  target: FaultProxyOptions['target'],
  options: Partial<FaultProxyOptions> = {},
): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ target, faults: () => undefined, ...options });
  onTestFinished(() => proxy.stop());
  return proxy;
}

/** A server of a test's own; gives its address. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const plain = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> =>
  `http://${await listen(createPlain(answer))}`;

describe('startFaultProxy', () => {
  it('is the server to its clients: users, impersonation and warnings included', async () => {
    await using server = await startEmbedded({
      authorization: 'rbac',
      users: [{ token: 'jane-token', name: 'jane' }],
    });
    const proxy = await proxyTo(server.config);
    await using client = new KubeClient(proxy.config);
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} };
    expect(await client.create(review)).toMatchObject({ status: { userInfo: { username: 'admin' } } });
    const bob = client.impersonate({ user: 'bob', groups: ['dev', 'ops'] });
    expect(await bob.create(review)).toMatchObject({
      status: { userInfo: { username: 'bob', groups: expect.arrayContaining(['dev', 'ops']) } },
    });
    await using jane = new KubeClient({ ...proxy.config, token: 'jane-token' });
    await expect(jane.list({ apiVersion: 'v1', kind: 'Secret' })).rejects.toThrow(/User "jane" cannot list/);
    await using nobody = new KubeClient({ ...proxy.config, token: 'wrong' });
    await expect(nobody.list({ apiVersion: 'v1', kind: 'Secret' })).rejects.toMatchObject({ status: 401 });
    const http = new ServerUnderTest(proxy);
    const unknown = { metadata: { name: 'a' }, dota: {} };
    expect((await http.post(`${CONFIG_MAPS}?fieldValidation=Warn`, unknown)).headers['warning']).toBe(
      '299 - "unknown field \\"dota\\""',
    );
  });

  it('passes bodies on as they are, packed ones too', async () => {
    const packed = gzipSync('x'.repeat(100_000));
    const target = await plain((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'x-more': ['1', '2'] }).end(packed);
    });
    const proxy = await proxyTo({ server: `${target}/clusters/one/` }, { tls: false });
    expect(proxy.url).toMatch(/^http:/);
    const answer = await fetch(`${proxy.url}/version`);
    expect(await answer.text()).toBe('x'.repeat(100_000));
    expect(answer.headers.get('x-more')).toBe('1, 2');
  });

  it('asks below the path of the server', async () => {
    const seen: (string | undefined)[] = [];
    const target = await plain(({ url }, response) => {
      seen.push(url);
      response.end();
    });
    const proxy = await proxyTo({ server: `${target}/clusters/one/` }, { tls: false });
    await fetch(`${proxy.url}/api/v1/pods?limit=1`);
    expect(seen).toEqual(['/clusters/one/api/v1/pods?limit=1']);
  });

  it('shows a client certificate for those who have its token only', async () => {
    const own = selfSignedCertificate(['127.0.0.1'], Date.now());
    const options = { ...own, requestCert: true, rejectUnauthorized: false };
    const server = createTls(options, ({ socket, headers }, response) => {
      const isCertified = (socket as TLSSocket).getPeerCertificate().raw !== undefined;
      response.end(`${isCertified} ${headers.authorization}`);
    });
    const target = { server: `https://${await listen(server)}`, ca: own.cert, ...own };
    const proxy = await proxyTo(target, { tls: false });
    expect(proxy.config).not.toHaveProperty('key');
    const ask = async (token: unknown): Promise<string> => {
      const headers = { authorization: `Bearer ${String(token)}` };
      return (await fetch(`${proxy.url}/`, { headers })).text();
    };
    expect(await ask(proxy.config.token)).toBe('true undefined');
    expect(await ask('guessed')).toBe('false Bearer guessed');
    expect(await (await fetch(`${proxy.url}/`)).text()).toBe('false undefined');
  });

  it('prints a kubeconfig that leads to it', async () => {
    await using server = await startEmbedded();
    const proxy = await proxyTo(server.config);
    expect(proxy.kubeconfig()).toContain(`server: "${proxy.url}"`);
    expect(proxy.kubeconfig()).toContain(`token: "${String(server.config.token)}"`);
  });

  it('cuts watches off, and leaves the server alone when it stops', async () => {
    await using server = await startEmbedded();
    const proxy = await proxyTo(server.config);
    const http = new ServerUnderTest(proxy);
    const watch = http.watch(`${CONFIG_MAPS}?watch=1`);
    await watch.next();
    proxy.dropWatches();
    await expect(watch.next()).rejects.toThrow(/aborted|reset/);
    await proxy.stop();
    await proxy.stop();
    expect((await new ServerUnderTest(server).get('/readyz')).text).toBe('ok');
  });

  it('ends its request to the server when the client is gone', async () => {
    let isGone = false;
    const target = await plain((_request, response) => {
      response.once('close', () => (isGone = true));
      response.writeHead(200).write('{}\n');
    });
    const proxy = await proxyTo({ server: target }, { tls: false });
    const gone = new AbortController();
    await fetch(`${proxy.url}/api/v1/pods?watch=1`, { signal: gone.signal });
    gone.abort();
    await expect.poll(() => isGone).toBe(true);
  });

  it('breaks the connection where the server breaks its own', async () => {
    const target = await plain((request, response) => {
      if (request.url === '/before') request.socket.destroy();
      else response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy());
    });
    const proxy = await proxyTo({ server: target }, { tls: false });
    await expect(fetch(`${proxy.url}/before`)).rejects.toThrow('fetch failed');
    const answer = await fetch(`${proxy.url}/within`);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('waits for the end of the answer that it loses', async () => {
    let isDone = false;
    const target = await plain((_request, response) => {
      response.writeHead(201).write('{"half":');
      setTimeout(() => {
        isDone = true;
        response.end('1}');
      }, 50);
    });
    const proxy = await proxyTo({ server: target }, { tls: false, faults: () => ({ answer: 'lost' }) });
    await expect(fetch(`${proxy.url}/api/v1/pods`, { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(isDone).toBe(true);
  });

  it('holds a server back whose watch is read slowly, with a fault to come', async () => {
    let written = 0;
    const line = `${JSON.stringify({ type: 'ADDED', object: { data: 'x'.repeat(100_000) } })}\n`;
    const target = await plain((_request, response) => {
      response.writeHead(200);
      const fill = (): void => {
        while (!response.destroyed && written < 1000) {
          written++;
          if (!response.write(line)) return void response.once('drain', fill);
        }
      };
      fill();
    });
    const watch = { afterEvents: 5000, end: 'dropped' } as const;
    const proxy = await proxyTo({ server: target }, { tls: false, faults: () => ({ watch }) });
    const answer = await fetch(`${proxy.url}/api/v1/pods?watch=1`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // A hundred megabytes would be waiting otherwise.
    expect(written).toBeLessThan(500);
    await answer.body?.cancel();
  });

  it('answers 500 where the rule itself fails', async () => {
    const target = await plain((_request, response) => void response.end());
    const faults = (): never => {
      throw new Error('no such object');
    };
    const proxy = await proxyTo({ server: target }, { tls: false, faults });
    const answer = await fetch(`${proxy.url}/api/v1/pods`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ message: 'the rule for faults failed: no such object' });
  });

  it('refuses requests that are too long, as the server would', async () => {
    const target = await plain((_request, response) => void response.end());
    const proxy = await proxyTo({ server: target }, { tls: false });
    const answer = fetch(`${proxy.url}/api/v1/pods`, { method: 'POST', body: 'x'.repeat(4_000_000) });
    expect(
      await answer.then(
        ({ status }) => status,
        () => 'cut off',
      ),
    ).toSatisfy((result: unknown) => result === 413 || result === 'cut off');
  });

  it.each([
    { server: 'ftp://127.0.0.1' },
    { server: 'nonsense' },
    { server: 'https://127.0.0.1:1', proxyUrl: 'http://127.0.0.1:2' },
  ])('refuses %o', async (target) => {
    await expect(startFaultProxy({ target, faults: () => undefined })).rejects.toMatchObject({
      code: 'ENVTEST_OPTION_INVALID',
    });
  });
});
