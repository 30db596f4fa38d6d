import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';

import type { Logger } from '@gitops-toolkit/core';

import type {
  CertificateEnvironment,
  CertificateSource,
  OpenCertificates,
} from './certificates/certificate-source.ts';
import { answerReview, type ReviewRoutes } from './answer-review.ts';

/** Go's clients use a connection again for 90 s: closed before by us, a request on its way would be lost. */
const KEEP_ALIVE_MS = 120_000;
/** The longest that the API server waits for a webhook. */
const DRAIN_MS = 30_000;

/** A TLS server of webhooks. */
export class WebhookListener implements AsyncDisposable {
  readonly #server: Server;
  readonly #certificates: OpenCertificates;
  readonly #host: string | undefined;

  private constructor(server: Server, certificates: OpenCertificates, host: string | undefined) {
    this.#server = server;
    this.#certificates = certificates;
    this.#host = host;
  }

  /** Gets certificates and listens; rejects where there are none, or the port is taken. */
  static async listen(
    at: {
      readonly port: number;
      readonly host: string | undefined;
      readonly certificates: CertificateSource;
    },
    routes: ReviewRoutes,
  ): Promise<WebhookListener> {
    const { clock, logger, metrics } = routes;
    let server: Server | undefined;
    const environment: CertificateEnvironment = {
      clock,
      logger,
      onRead: (ok) => metrics.certificateRead(ok),
      // Connections that are open stay as they are.
      onChange: (pair) => server?.setSecureContext({ ...pair, minVersion: 'TLSv1.2' }),
    };
    const certificates = await at.certificates.open(environment);
    try {
      server = createServer({ ...certificates.pair, minVersion: 'TLSv1.2' }, (request, response) => {
        void answerReview(request, response, routes);
      });
      await listen(server, at, logger);
    } catch (error) {
      await certificates[Symbol.asyncDispose]();
      throw error;
    }
    return new WebhookListener(server, certificates, at.host);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Rejects where no TLS connection to this server can be made. */
  async check(): Promise<void> {
    const { port } = this;
    const isEverywhere = this.#host === undefined || ['0.0.0.0', '::'].includes(this.#host);
    const host = isEverywhere ? 'localhost' : this.#host;
    await new Promise<void>((resolve, reject) => {
      // Whether the server answers is the question, not who it is: it is this process.
      const socket = connect({ port, host, rejectUnauthorized: false, timeout: 5000 }, () => {
        socket.destroy();
        resolve();
      });
      socket.once('timeout', () => socket.destroy(new Error('no answer within 5 s')));
      socket.once('error', reject);
    });
  }

  /** Lets requests under way end, as long as the API server may wait for them. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const late = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(late);
    await this.#certificates[Symbol.asyncDispose]();
  }
}

async function listen(
  server: Server,
  { host, port }: { readonly port: number; readonly host: string | undefined },
  logger: Logger,
): Promise<void> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = 10_000;
  server.requestTimeout = DRAIN_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => logger.error('the webhook server failed', { error }));
  // Port scans and clients with another authority.
  server.on('tlsClientError', (error) => logger.debug('a TLS handshake failed', { error }));
}
