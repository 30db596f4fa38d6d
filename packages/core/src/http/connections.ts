import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';

/** Certificates for servers with their own authority, and for clients that show one. All in PEM. */
export interface TlsIdentity {
  /** Trusted beside the authorities that the system trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Accepts any certificate of the server. @default false */
  readonly insecureSkipVerify?: boolean;
}

/** More identities than any controller has in use; the least recently used goes. */
const MAX_AGENTS = 64;

/** `timeout` is that of idle connections; those in use have their own watchdog. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 64, timeout: 60_000 } as const;

/** Connections that are kept open between requests; each TLS identity has its own. */
export class Connections implements AsyncDisposable {
  #plain: HttpAgent | undefined;
  readonly #secure = new Map<string, HttpsAgent>();

  // Modules of the network are loaded with the first request: reading a folder needs none of them.
  async agent(secure: boolean, tls: TlsIdentity = {}): Promise<HttpAgent> {
    if (!secure) {
      const { Agent } = await import('node:http');
      return (this.#plain ??= new Agent(AGENT_OPTIONS));
    }
    const key = JSON.stringify([tls.ca, tls.cert, tls.key, tls.insecureSkipVerify]);
    const agent = this.#secure.get(key) ?? (await createSecureAgent(tls));
    this.#secure.delete(key);
    this.#secure.set(key, agent);
    const [oldest] = this.#secure.keys();
    // What it has under way goes on; its idle connections end by their timeout.
    if (this.#secure.size > MAX_AGENTS && oldest !== undefined) this.#secure.delete(oldest);
    return agent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#plain?.destroy();
    for (const agent of this.#secure.values()) agent.destroy();
    this.#secure.clear();
  }
}

async function createSecureAgent(tls: TlsIdentity): Promise<HttpsAgent> {
  const { Agent } = await import('node:https');
  return new Agent({
    ...AGENT_OPTIONS,
    // Node takes `ca` in place of its own list; Flux adds to the system's.
    ...(tls.ca === undefined ? {} : { ca: [...(await systemAuthorities()), tls.ca] }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  });
}

async function systemAuthorities(): Promise<readonly string[]> {
  const { getCACertificates, rootCertificates } = await import('node:tls');
  return typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates;
}
