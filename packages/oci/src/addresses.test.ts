import { digestOf } from '@gitops-toolkit/core';
import { type AddressPolicy, denyAddresses } from '@gitops-toolkit/core/http';
import { startOciRegistry } from '@gitops-toolkit/envtest';
import type { RequestListener } from 'node:http';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OciClient } from './client.ts';
import type { OciRepository } from './repository.ts';
import { pushText, textOf } from './testing/registry.ts';

const REFUSED = {
  code: 'OCI_CONNECTION_FAILED',
  retry: 'terminal',
  message: expect.stringContaining('is not dialled') as string,
};
/** Lets the registry of a test be dialled, which is on this machine, and nothing else here. */
const ONLY_THE_REGISTRY: AddressPolicy = {
  refused: (address, host) => (host === '127.0.0.1' ? undefined : denyAddresses().refused(address, host)),
};

function open(host: string, addresses: AddressPolicy): OciRepository {
  const client = new OciClient({ addresses });
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client.repository(`${host}/org/app`, { insecure: true });
}

async function leading(answer: RequestListener): Promise<OciRepository> {
  const server = await serveHttp((request, response) =>
    request.url === '/v2/' ? void response.end('{}') : answer(request, response),
  );
  onTestFinished(() => server[Symbol.asyncDispose]());
  return open(`127.0.0.1:${server.port}`, ONLY_THE_REGISTRY);
}

const content = Buffer.from('a layer');
const descriptor = { digest: digestOf(content), size: content.length };

describe('an address that the operator denies', () => {
  it.each(['127.0.0.1', 'localhost'])('SEC-SSRF-01: is not asked as a registry: %s', async (host) => {
    await using registry = await startOciRegistry();
    const name = registry.host.replace('127.0.0.1', host);
    await expect(open(name, denyAddresses()).resolve('latest')).rejects.toMatchObject(REFUSED);
    expect(registry.requests).toEqual([]);
  });

  it.each(['http://169.254.169.254/latest/meta-data/', 'http://localhost:1/', 'http://[::1]:1/'])(
    'SEC-SSRF-01: is not asked for a blob that a registry says to be there: %s',
    async (location) => {
      const repository = await leading((_, response) => void response.writeHead(307, { location }).end());
      await expect(textOf(repository.blob(descriptor))).rejects.toMatchObject(REFUSED);
    },
  );

  it('SEC-SSRF-01: is not sent a blob that a registry wants there', async () => {
    const repository = await leading(({ method }, response) => {
      if (method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(202, { location: 'http://localhost:1/upload' }).end();
    });
    await expect(repository.pushBlob(descriptor, content)).rejects.toMatchObject(REFUSED);
  });

  it('SEC-SSRF-01: is not asked for a token, by whatever name', async () => {
    const server = await serveHttp((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://localhost:1/token"' }).end();
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const repository = open(`127.0.0.1:${server.port}`, ONLY_THE_REGISTRY);
    await expect(repository.resolve('latest')).rejects.toMatchObject(REFUSED);
  });

  it('SEC-SSRF-01: is dialled where he allows it (legitimate)', async () => {
    await using registry = await startOciRegistry();
    const repository = open(registry.host, denyAddresses({ allow: ['127.0.0.1'] }));
    const pushed = await pushText(repository, 'hello');
    expect(await textOf(repository.blob(pushed))).toBe('hello');
  });
});
