import { denyAddresses } from '@gitops-toolkit/core/http';
import { startGitServer } from '@gitops-toolkit/envtest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from '../testing/serve.ts';
import { fetchGit } from './git-fetcher.ts';

const REFUSED = {
  code: 'GIT_CONNECTION_FAILED',
  retry: 'terminal',
  message: expect.stringContaining('loopback address') as string,
};

async function repository(): Promise<URL> {
  const server = await startGitServer({ repositories: { app: { 'a.yaml': 'a: 1\n' } } });
  onTestFinished(() => server.stop());
  return new URL(`${server.url}/app.git`);
}

describe('a repository at an address that the operator denies', () => {
  it.each(['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]'])(
    'SEC-SSRF-01: is not asked for at http://%s',
    async (host) => {
      const { port } = await repository();
      const fetching = fetchGit({ url: `http://${host}:${port}/app.git` }, { addresses: denyAddresses() });
      await expect(fetching).rejects.toMatchObject(REFUSED);
    },
  );

  it('SEC-SSRF-01: is not asked for after a redirect', async () => {
    const target = await repository();
    target.hostname = 'localhost';
    const front = await serve((request, response) => {
      const suffix = (request.url ?? '').replace(/^\/app\.git/, '');
      response.writeHead(302, { location: `${target.href}${suffix}` }).end();
    });
    const policy = denyAddresses();
    const addresses = {
      refused: (address: string, host: string) =>
        host === '127.0.0.1' ? undefined : policy.refused(address, host),
    };
    await expect(fetchGit({ url: `${front}/app.git` }, { addresses })).rejects.toMatchObject(REFUSED);
  });

  it('SEC-SSRF-01: is fetched where he allows it (legitimate)', async () => {
    const { href } = await repository();
    const addresses = denyAddresses({ allow: ['127.0.0.1'] });
    expect((await fetchGit({ url: href }, { addresses })).tree.size).toBe(5);
  });
});
