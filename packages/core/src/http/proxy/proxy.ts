import { HttpError } from '../errors.ts';
import type { TlsIdentity } from '../tls-identity.ts';

/** A proxy that requests go through, all of them: what is to be reached past it is not asked for in its list. */
export interface Proxy {
  /** `http://`, `https://` or `socks5://`, a host and a port; at most 2048 characters. */
  readonly url: string;
  /** Shown to the proxy alone. Those in the URL count where these are not given. */
  readonly username?: string;
  readonly password?: string;
  /** For `https://`. */
  readonly tls?: TlsIdentity;
}

/** A proxy, taken apart. */
export interface ProxyAddress {
  readonly protocol: 'http:' | 'https:' | 'socks5:';
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsIdentity;
}

const MAX_LENGTH = 2048;
const PORTS = { 'http:': 80, 'https:': 443, 'socks5:': 1080 } as const;
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$/;

/**
 * Takes the URL of a proxy apart.
 *
 * @throws `HTTP_PROXY_INVALID`, which does not repeat it: it may hold a password
 */
export function parseProxy(proxy: Proxy): ProxyAddress {
  const { url: text, tls } = proxy;
  if (text.length > MAX_LENGTH || /[^\x21-\x7e]|["'`\\$(){}|<>^]/.test(text))
    throw invalid('holds what no URL does');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const { protocol = '', hostname = '', port = '', pathname = '' } = url ?? {};
  if (!isProtocol(protocol)) throw invalid('is not of http, https or socks5');
  if (!HOST.test(hostname) || (pathname !== '/' && pathname !== '')) throw invalid('is no host and port');
  const username = proxy.username ?? decoded(url?.username ?? '');
  const password = proxy.password ?? decoded(url?.password ?? '');
  return {
    protocol,
    host: hostname.replaceAll(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[protocol] : Number(port),
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(tls && { tls }),
  };
}

/** The header that logs in to a proxy of HTTP. */
export function proxyAuthorization({ username, password }: ProxyAddress): Record<string, string> {
  if (username === undefined && password === undefined) return {};
  const text = `${username ?? ''}:${password ?? ''}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('has a user name or password that cannot be decoded');
  }
}

function isProtocol(protocol: string): protocol is ProxyAddress['protocol'] {
  return Object.hasOwn(PORTS, protocol);
}

function invalid(words: string): HttpError {
  return new HttpError('HTTP_PROXY_INVALID', `the URL of the proxy ${words}`, {
    hint: 'It looks like http://proxy.example.com:3128 or socks5://proxy.example.com:1080.',
  });
}
