import { startGitServer } from '@gitops-toolkit/envtest';
import { createAuthority } from '@gitops-toolkit/envtest/servers';
import { request, type RequestListener } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchGit } from './git-fetcher.ts';
import { serve } from '../testing/serve.ts';

/** Passes requests on to a git server; notes which certificates clients show. */
async function frontOf(): Promise<{ handler: RequestListener; shown: (string | undefined)[] }> {
  const server = await startGitServer({ repositories: { app: { 'a.yaml': 'a: 1\n' } } });
  onTestFinished(() => server.stop());
  const shown: (string | undefined)[] = [];
  const handler: RequestListener = (incoming, response) => {
    const certificate = (incoming.socket as TLSSocket).getPeerCertificate?.();
    shown.push(certificate?.subject?.CN as string | undefined);
    const { method = 'GET', headers } = incoming;
    const outgoing = request(server.url + (incoming.url ?? ''), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  };
  return { handler, shown };
}

describe('TLS', () => {
  it('trusts the authority that it is given, beside those of the system', async () => {
    const authority = createAuthority();
    const { handler } = await frontOf();
    const url = `${await serve(handler, authority.server())}/app.git`;
    const { tree } = await fetchGit({ url }, { tls: { ca: authority.ca } });
    expect(tree.read('a.yaml')).toHaveLength(5);
  });

  it('trusts no other', async () => {
    const authority = createAuthority();
    const { handler, shown } = await frontOf();
    const url = `${await serve(handler, authority.server())}/app.git`;
    for (const tls of [undefined, { ca: createAuthority().ca }]) {
      await expect(fetchGit({ url }, tls ? { tls } : {})).rejects.toMatchObject({
        code: 'GIT_CONNECTION_FAILED',
        hint: expect.stringContaining('ca') as string,
      });
    }
    expect(shown).toEqual([]);
  });

  it('minds the name in a certificate', async () => {
    const authority = createAuthority();
    const { handler } = await frontOf();
    const url = `${await serve(handler, authority.server())}/app.git`.replace('127.0.0.1', 'localhost');
    await expect(fetchGit({ url }, { tls: { ca: authority.ca } })).rejects.toMatchObject({
      code: 'GIT_CONNECTION_FAILED',
    });
  });

  it('looks at no certificate where that is asked for', async () => {
    const { handler } = await frontOf();
    const url = `${await serve(handler, createAuthority().server())}/app.git`;
    expect((await fetchGit({ url }, { tls: { insecureSkipVerify: true } })).tree.size).toBe(5);
  });

  it('shows its certificate to the server that asks, and to no other that it is redirected to', async () => {
    const authority = createAuthority();
    const client = authority.client('gitops-robot');
    const tls = { ca: authority.ca, cert: client.cert, key: client.key };
    const asking = { ...authority.server(), requestCert: true, rejectUnauthorized: false, ca: authority.ca };
    const { handler, shown } = await frontOf();
    const url = await serve(handler, asking);
    await fetchGit({ url: `${url}/app.git` }, { tls });
    expect(new Set(shown)).toEqual(new Set(['gitops-robot']));
    const front = await serve((incoming, response) => {
      response.writeHead(307, { location: `${url}${incoming.url}` }).end();
    }, asking);
    shown.length = 0;
    await fetchGit({ url: `${front}/app.git` }, { tls });
    expect(new Set(shown)).toEqual(new Set([undefined]));
  });

  it('is told from a connection that cannot be made', async () => {
    const url = (await serve(() => {})).replace('http:', 'https:');
    await expect(fetchGit({ url: `${url}/app.git` })).rejects.toMatchObject({
      code: 'GIT_CONNECTION_FAILED',
      retry: 'backoff',
    });
  });

  it('is not given up on a redirect', async () => {
    const authority = createAuthority();
    const url = await serve((_incoming, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/app.git/info/refs' }).end();
    }, authority.server());
    await expect(fetchGit({ url: `${url}/app.git` }, { tls: { ca: authority.ca } })).rejects.toMatchObject({
      code: 'GIT_REDIRECT_REFUSED',
    });
  });
});
