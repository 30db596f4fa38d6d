import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A server for one test, on loopback. */
export interface TestHttpServer {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves HTTP, or, with certificates, HTTPS, until it is disposed. */
export async function serve(handler: RequestListener, tls?: ServerOptions): Promise<TestHttpServer> {
  const server = tls ? createSecureServer(tls, handler) : createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
