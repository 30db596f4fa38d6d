import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { selfSignedCertificate } from '../embedded/http/self-signed.ts';

/** The `request` of a review. */
// Tests look into reviews of every shape.
// oxlint-disable-next-line typescript/no-explicit-any
export type ReviewRequest = any;

/** What a webhook answers; `uid` is added where it is not given. */
export type Respond = (request: ReviewRequest) => Record<string, unknown>;

/** Webhooks at any path, whose answers a test gives. */
export class HookServer implements AsyncDisposable {
  /** In base64, as configurations have it. */
  readonly caBundle: string;
  readonly #server: Server;
  readonly #handlers = new Map<string, Respond>();

  private constructor(server: Server, cert: string) {
    this.#server = server;
    this.caBundle = Buffer.from(cert).toString('base64');
  }

  static async start(): Promise<HookServer> {
    const certificate = selfSignedCertificate(['127.0.0.1'], Date.now());
    const server = createServer(certificate, (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { pathname } = new URL(request.url ?? '/', 'https://localhost');
        response.setHeader('content-type', 'application/json').end(hooks.#answer(pathname, text));
      });
    });
    const hooks = new HookServer(server, certificate.cert);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hooks;
  }

  /** Serves a webhook; gives what a configuration needs to know of it. */
  at(path: string, respond: Respond): { url: string; caBundle: string } {
    this.#handlers.set(path, respond);
    const { port } = this.#server.address() as AddressInfo;
    return { url: `https://127.0.0.1:${port}${path}`, caBundle: this.caBundle };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(path: string, text: string): string {
    const review = JSON.parse(text) as { apiVersion: string; kind: string; request: { uid: string } };
    const { apiVersion, kind, request } = review;
    const response = { uid: request.uid, ...this.#handlers.get(path)?.(request) };
    return JSON.stringify({ apiVersion, kind, response });
  }
}
