import { startOciRegistry } from '@gitops-toolkit/envtest';
import { createAuthority } from '@gitops-toolkit/envtest/servers';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OciClient } from './client.ts';
import { MEDIA_TYPES } from './model.ts';

describe('an insecure registry', () => {
  const insecure = { insecure: true, retries: { retries: 0 } };

  it('may have any certificate, and is then not spoken to without TLS', async () => {
    await using registry = await startOciRegistry({ tls: createAuthority().server() });
    await using client = new OciClient();
    registry
      .contents('app')
      .putManifest('1', { bytes: Buffer.from('{}'), mediaType: MEDIA_TYPES.ociManifest });
    const name = `${registry.host}/app`;
    expect((await client.repository(name, insecure).resolve('1')).size).toBe(2);
    await expect(
      client.repository(name, { ...insecure, insecure: false }).resolve('1'),
    ).rejects.toMatchObject({
      code: 'OCI_CONNECTION_FAILED',
    });
  });

  it('is spoken to without TLS where it has none, which is found out once', async () => {
    let handshakes = 0;
    await using registry = await startOciRegistry();
    await using front = await relayTo(registry.host, (first) => (handshakes += first === 0x16 ? 1 : 0));
    registry
      .contents('app')
      .putManifest('1', { bytes: Buffer.from('{}'), mediaType: MEDIA_TYPES.ociManifest });
    await using client = new OciClient();
    await client.repository(`${front.host}/app`, insecure).resolve('1');
    expect(handshakes).toBe(1);
    await client.repository(`${front.host}/app`, insecure).resolve('1');
    expect(handshakes).toBe(1);
  });
});

/** Tells the first byte of each connection: that of a TLS handshake is 0x16. */
async function relayTo(
  target: string,
  onFirstByte: (byte: number | undefined) => void,
): Promise<{ host: string } & AsyncDisposable> {
  const [host, port] = target.split(':');
  const server = createServer((socket) => {
    socket.once('data', (bytes: Buffer) => onFirstByte(bytes[0]));
    const upstream = connect(Number(port), host);
    socket.pipe(upstream).pipe(socket);
    for (const side of [socket, upstream]) side.on('error', () => side.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${own}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
