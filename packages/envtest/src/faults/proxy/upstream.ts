import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, type AgentOptions, request as httpsRequest } from 'node:https';

import type { ClusterConfig } from '@gitops-toolkit/kube';

import { EnvtestError } from '../../errors.ts';

/** Headers that are about one connection, not about the request or the answer. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The server behind a proxy. */
export class Upstream {
  /**
   * Stands for the client certificate of the target, which clients of the proxy cannot show it. Without it
   * whoever reaches the proxy's port would act with that certificate.
   */
  readonly token: string | undefined;
  readonly #url: URL;
  readonly #plain: Agent;
  readonly #certified: Agent;

  /** @throws EnvtestError `ENVTEST_OPTION_INVALID` */
  constructor(target: ClusterConfig) {
    this.#url = serverUrl(target);
    const isTls = this.#url.protocol === 'https:';
    this.#plain = isTls ? new TlsAgent(tlsOptions(target)) : new Agent({ keepAlive: true });
    const { cert, key } = target;
    if (!isTls || cert === undefined) {
      this.#certified = this.#plain;
      return;
    }
    this.token = randomBytes(24).toString('base64url');
    this.#certified = new TlsAgent({ ...tlsOptions(target), cert, ...(key !== undefined && { key }) });
  }

  /** Repeats a request to the server; resolves with the head of its answer. */
  send(incoming: IncomingMessage, body: Buffer, signal: AbortSignal): Promise<IncomingMessage> {
    const headers = endToEnd(incoming.headersDistinct);
    const isCertified = this.#isOwnToken(incoming.headers.authorization);
    if (isCertified) delete headers['authorization'];
    const options = {
      method: incoming.method ?? 'GET',
      headers: body.length > 0 ? { ...headers, 'content-length': [String(body.length)] } : headers,
      agent: isCertified ? this.#certified : this.#plain,
      signal,
    };
    const url = this.#url.origin + this.#url.pathname.replace(/\/+$/, '') + (incoming.url ?? '/');
    return new Promise((resolve, reject) => {
      const request =
        this.#url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
      request.on('error', reject);
      request.on('response', resolve);
      request.end(body);
    });
  }

  /** Ends all connections. */
  close(): void {
    this.#plain.destroy();
    this.#certified.destroy();
  }

  #isOwnToken(authorization: string | undefined): boolean {
    if (this.token === undefined || authorization === undefined) return false;
    const [given, own] = [Buffer.from(authorization), Buffer.from(`Bearer ${this.token}`)];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}

/** The headers that go on to the other side, each with all its values. */
export function endToEnd(headers: NodeJS.Dict<string[]>): Record<string, string[]> {
  const kept: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(headers)) {
    if (values && !HOP_BY_HOP.has(name)) kept[name] = values;
  }
  return kept;
}

function serverUrl({ server, proxyUrl }: ClusterConfig): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new EnvtestError(
      'ENVTEST_OPTION_INVALID',
      'the target of the fault proxy is not an http or https URL',
    );
  if (proxyUrl !== undefined)
    throw new EnvtestError(
      'ENVTEST_OPTION_INVALID',
      'the target of the fault proxy cannot be behind another proxy',
    );
  return url;
}

function tlsOptions({ ca, tlsServerName, insecureSkipTlsVerify }: ClusterConfig): AgentOptions {
  return {
    keepAlive: true,
    ...(ca !== undefined && { ca }),
    ...(tlsServerName !== undefined && { servername: tlsServerName }),
    ...(insecureSkipTlsVerify && { rejectUnauthorized: false }),
  };
}
