import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Ask, ask } from './ask.ts';
import { testOptions } from './testing/cloud.ts';

const SECRET = 'the-secret-of-the-client';

/** Says which requests came, with all that was shown. */
async function listening(
  handler: RequestListener = (_, response) => void response.end('{}'),
): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = await serveHttp((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push(`${request.method} ${JSON.stringify(request.headers)} ${body}`);
      handler(request, response);
    });
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: server.url, seen };
}

const asks: [what: string, ask: Omit<Ask, 'url'>][] = [
  ['a header', { secretHeaders: { authorization: SECRET } }],
  ['a form', { form: { client_secret: SECRET } }],
  ['JSON', { json: { token: SECRET } }],
];

describe('a secret that a token is asked for with', () => {
  it.each(asks)(
    'SEC-CRED-01: in %s is sent to the address that it is for (legitimate)',
    async (_, request) => {
      const { url, seen } = await listening();
      await ask(testOptions(), { url, ...request });
      expect(seen).toEqual([expect.stringContaining(SECRET)]);
    },
  );

  it.each(asks)('SEC-CRED-01: in %s goes nowhere else, wherever it is redirected', async (_, request) => {
    const thief = await listening();
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await listening((__, response) => {
        response.writeHead(status, { location: `${thief.url}/?x` }).end();
      });
      await expect(ask(testOptions(), { url, ...request })).rejects.toMatchObject({
        code: 'AUTH_REQUEST_FAILED',
        message: expect.not.stringContaining(SECRET),
      });
    }
    expect(thief.seen).toEqual([]);
  });

  it.each([400, 500])(
    'SEC-CRED-01: is not in the message where an answer of %d repeats it',
    async (status) => {
      const { url } = await listening((_, response) => {
        response
          .writeHead(status)
          .end(JSON.stringify({ error: SECRET.replaceAll('-', ' '), message: SECRET }));
      });
      await expect(ask(testOptions(), { url, form: { client_secret: SECRET } })).rejects.toMatchObject({
        code: expect.stringMatching(/^AUTH_(REFUSED|REQUEST_FAILED)$/),
        message: expect.not.stringContaining(SECRET),
      });
    },
  );
});
