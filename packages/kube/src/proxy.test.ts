import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { KubeClient } from './client.ts';
import { certificate, certificateKey } from './testdata/certificate.ts';
import { startStub } from './testdata/stub-server.ts';

/** A proxy that connects where it is asked to, and remembers where that was. */
async function startProxy(): Promise<{ url: string; targets: string[] } & AsyncDisposable> {
  const targets: string[] = [];
  const server: Server = createServer();
  server.on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream])
      end.on('error', () => [socket, upstream].forEach((other) => other.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('KubeClient behind a proxy', () => {
  it('tunnels, and checks the certificate of the server', async () => {
    await using proxy = await startProxy();
    await using server = await startStub(() => ({ text: 'ok' }), { cert: certificate, key: certificateKey });
    const config = { server: server.url, proxyUrl: proxy.url, tlsServerName: 'kube.test' };
    await using client = new KubeClient({ ...config, ca: certificate });
    expect(await client.request('GET', '/readyz')).toBe('ok');
    expect(proxy.targets[0]).toBe(new URL(server.url).host);
    await using strict = new KubeClient(config, { maxRetries: 0 });
    await expect(strict.request('GET', '/readyz')).rejects.toMatchObject({ code: 'KUBE_NETWORK' });
  });
});
