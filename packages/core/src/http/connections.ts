import type { Agent as HttpAgent } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from './address-policy.ts';
import { checkAddress, guardedLookup } from './guarded-lookup.ts';
import { nodeHttp } from './node-http.ts';
import { parseProxy, type Proxy, proxyAuthorization, type ProxyAddress } from './proxy/proxy.ts';
import { type TlsIdentity, tlsOptions } from './tls-identity.ts';

/** The way that a request takes. */
export interface Route {
  readonly agent: HttpAgent;
  /** Whether it is spoken to with TLS. */
  readonly secure: boolean;
  readonly host: string;
  readonly port: string;
  /** What stands in the first line of the request. */
  readonly path: string;
  /** For what is on the way. */
  readonly headers: Readonly<Record<string, string>>;
}

/** More identities than any controller has in use; the least recently used goes. */
const MAX_AGENTS = 64;

/** `timeout` is that of idle connections; those in use have their own watchdog. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 64, timeout: 60_000 } as const;

/** Connections that are kept open between requests; each TLS identity and each proxy has its own. */
export class Connections implements AsyncDisposable {
  readonly #policy: AddressPolicy | undefined;
  readonly #agents = new Map<string, HttpAgent>();
  #lookup: LookupFunction | undefined;

  constructor(options: { readonly addresses?: AddressPolicy } = {}) {
    this.#policy = options.addresses;
  }

  /**
   * The way to a URL.
   *
   * @throws `HTTP_ADDRESS_REFUSED`, `HTTP_PROXY_INVALID`
   */
  async route(url: URL, tls: TlsIdentity = {}, through?: Proxy): Promise<Route> {
    const secure = url.protocol === 'https:';
    const [host, path] = [url.hostname.replaceAll(/^\[|\]$/g, ''), url.pathname + url.search];
    const proxy = through && parseProxy(through);
    // A name behind a proxy is looked up there. What is written as an address is refused here.
    checkAddress(host, this.#policy);
    if (!proxy) {
      const agent = await this.#agent(secure, tls);
      return { agent, secure, host, port: url.port, path, headers: {} };
    }
    // A proxy of HTTP is told the whole address; for everything else it, or one of SOCKS, gives a tunnel.
    if (!secure && proxy.protocol !== 'socks5:') {
      checkAddress(proxy.host, this.#policy);
      const agent = await this.#agent(proxy.protocol === 'https:', proxy.tls);
      const [address, port] = [proxy.host, String(proxy.port)];
      const headers = { host: url.host, ...proxyAuthorization(proxy) };
      return {
        agent,
        secure: proxy.protocol === 'https:',
        host: address,
        port,
        path: url.origin + path,
        headers,
      };
    }
    return { agent: await this.#agent(secure, tls, proxy), secure, host, port: url.port, path, headers: {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  // Modules of the network are loaded with the first request: reading a folder needs none of them.
  async #agent(secure: boolean, tls: TlsIdentity = {}, proxy?: ProxyAddress): Promise<HttpAgent> {
    const identity = secure
      ? [tls.ca, tls.exclusiveCa, tls.cert, tls.key, tls.serverName, tls.insecureSkipVerify]
      : [];
    const key = JSON.stringify([secure, identity, proxy ?? null]);
    let agent = this.#agents.get(key);
    if (!agent) {
      const created = await this.#create(secure, tls, proxy);
      // Another request may have come first, while modules were loaded.
      agent = this.#agents.get(key) ?? created;
    }
    this.#agents.delete(key);
    this.#agents.set(key, agent);
    const [oldest] = this.#agents.keys();
    // What it has under way goes on; its idle connections end by their timeout.
    if (this.#agents.size > MAX_AGENTS && oldest !== undefined) this.#agents.delete(oldest);
    return agent;
  }

  async #create(secure: boolean, tls: TlsIdentity, proxy: ProxyAddress | undefined): Promise<HttpAgent> {
    const policy = this.#policy;
    const lookup = policy && (this.#lookup ??= await guardedLookup(policy));
    const options = { ...AGENT_OPTIONS, ...(lookup && { lookup }), ...(secure ? await tlsOptions(tls) : {}) };
    if (proxy) {
      const [{ dialThrough }, agents] = await Promise.all([
        import('./proxy/dial.ts'),
        import('./proxy/tunnel-agents.ts'),
      ]);
      const dial = (target: { host: string; port: number }, signal: AbortSignal | undefined) =>
        dialThrough(proxy, target, { policy, lookup, signal });
      return secure ? agents.secureTunnelAgent(options, dial) : agents.plainTunnelAgent(options, dial);
    }
    const { Agent } = secure ? await import('node:https') : nodeHttp();
    return new Agent(options);
  }
}
