import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { RequestListener } from 'node:http';
import type { ServerOptions } from 'node:https';
import { onTestFinished } from 'vitest';

/** Serves HTTP, or, with certificates, HTTPS, on loopback until the test is over; gives the URL. */
export async function serve(handler: RequestListener, tls?: ServerOptions): Promise<string> {
  const server = await serveHttp(handler, tls);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.url;
}
