import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { ClientCertificate, ClusterConfig } from './cluster-config.ts';

/** How connections are made. */
export interface DispatcherOptions {
  /** For calls; watches have no limit, or they would starve the calls. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
}

interface Pair {
  readonly cert: string | undefined;
  readonly calls: Dispatcher;
  readonly watches: Dispatcher;
}

/**
 * The connections to one server. Where the client certificate changes, new ones are made with the new one; what is
 * under way on the old ones, watches too, goes on until it ends.
 */
export class Dispatchers {
  readonly #origin: string;
  readonly #config: ClusterConfig;
  readonly #options: DispatcherOptions;
  #current: Pair;
  readonly #retired = new Set<Dispatcher>();

  constructor(origin: string, config: ClusterConfig, options: DispatcherOptions) {
    this.#origin = origin;
    this.#config = config;
    this.#options = options;
    this.#current = this.#make(config);
  }

  /** @param options.refresh the server refused what it got last */
  async get(options: { readonly isWatch: boolean; readonly refresh: boolean }): Promise<Dispatcher> {
    const certificate = await this.#config.clientCertificate?.({ refresh: options.refresh });
    if (certificate && certificate.cert !== this.#current.cert) {
      this.#retire(this.#current);
      this.#current = this.#make(certificate);
    }
    return options.isWatch ? this.#current.watches : this.#current.calls;
  }

  /** Ends everything that is under way. */
  async destroy(): Promise<void> {
    const { calls, watches } = this.#current;
    await Promise.all([calls, watches, ...this.#retired].map((dispatcher) => dispatcher.destroy()));
  }

  #retire({ calls, watches }: Pair): void {
    for (const dispatcher of [calls, watches]) {
      this.#retired.add(dispatcher);
      void dispatcher.close().then(
        () => this.#retired.delete(dispatcher),
        () => {},
      );
    }
  }

  #make(certificate: Partial<ClientCertificate>): Pair {
    const { connections } = this.#options;
    return {
      cert: certificate.cert,
      calls: this.#dispatcher(certificate, connections),
      watches: this.#dispatcher(certificate, null),
    };
  }

  #dispatcher({ cert, key }: Partial<ClientCertificate>, connections: number | null): Dispatcher {
    const { ca, tlsServerName, insecureSkipTlsVerify, proxyUrl } = this.#config;
    const tls = {
      timeout: this.#options.connectTimeoutMs,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(tlsServerName !== undefined && { servername: tlsServerName }),
      ...(insecureSkipTlsVerify && { rejectUnauthorized: false }),
    };
    // The API server closes idle connections after 90 s; ours go first.
    const common = { connections, keepAliveTimeout: 60_000, keepAliveMaxTimeout: 60_000, allowH2: false };
    return proxyUrl === undefined
      ? new Pool(this.#origin, { ...common, connect: tls })
      : new ProxyAgent({ ...common, uri: proxyUrl, requestTls: tls });
  }
}
