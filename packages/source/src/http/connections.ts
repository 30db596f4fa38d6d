import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates, rootCertificates } from 'node:tls';

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
  readonly #plain = new HttpAgent(AGENT_OPTIONS);
  readonly #secure = new Map<string, HttpsAgent>();

  agent(secure: boolean, tls: TlsIdentity = {}): HttpAgent {
    if (!secure) return this.#plain;
    const key = JSON.stringify([tls.ca, tls.cert, tls.key, tls.insecureSkipVerify]);
    const agent = this.#secure.get(key) ?? createSecureAgent(tls);
    this.#secure.delete(key);
    this.#secure.set(key, agent);
    const [oldest] = this.#secure.keys();
    // What it has under way goes on; its idle connections end by their timeout.
    if (this.#secure.size > MAX_AGENTS && oldest !== undefined) this.#secure.delete(oldest);
    return agent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#plain.destroy();
    for (const agent of this.#secure.values()) agent.destroy();
    this.#secure.clear();
  }
}

function createSecureAgent(tls: TlsIdentity): HttpsAgent {
  return new HttpsAgent({
    ...AGENT_OPTIONS,
    // Node takes `ca` in place of its own list; Flux adds to the system's.
    ...(tls.ca === undefined ? {} : { ca: [...systemAuthorities(), tls.ca] }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  });
}

function systemAuthorities(): readonly string[] {
  return typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates;
}
