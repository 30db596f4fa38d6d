import type { LookupFunction, Socket } from 'node:net';
import { errorMessage } from '../../errors.ts';
import type { AddressPolicy } from '../address-policy.ts';
import { HttpError } from '../errors.ts';
import { checkAddress } from '../guarded-lookup.ts';
import { tlsOptions } from '../tls-identity.ts';
import { type ProxyAddress, proxyAuthorization } from './proxy.ts';
import { connectBySocks } from './socks5.ts';
import { SocketReader } from './socket-reader.ts';

/** How a proxy is dialled. */
export interface DialOptions {
  readonly policy: AddressPolicy | undefined;
  readonly lookup: LookupFunction | undefined;
  /** Gives the connection up, until it stands. */
  readonly signal: AbortSignal | undefined;
}

const DIAL_MS = 30_000;
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * A connection to a host through a proxy. The proxy looks its name up.
 *
 * @throws `HTTP_PROXY_FAILED`, `HTTP_ADDRESS_REFUSED`; the reason of the signal
 */
export async function dialThrough(
  proxy: ProxyAddress,
  target: { readonly host: string; readonly port: number },
  options: DialOptions,
): Promise<Socket> {
  const { signal } = options;
  const socket = await connectToProxy(proxy, options);
  const onTimeout = () => socket.destroy(new Error(`no answer within ${DIAL_MS / 1000} s`));
  const onAbort = () => socket.destroy(new Error('nobody waits for it any more'));
  const timer = setTimeout(onTimeout, DIAL_MS);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    await ready(socket, proxy.protocol === 'https:' ? 'secureConnect' : 'connect');
    timer.refresh();
    if (proxy.protocol === 'socks5:') await connectBySocks(socket, proxy, target.host, target.port);
    else await connectByHttp(socket, proxy, target);
    return socket;
  } catch (error) {
    socket.destroy();
    signal?.throwIfAborted();
    throw error instanceof HttpError ? error : failed(proxy, errorMessage(error), error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A connection to a proxy itself, which is yet to stand. */
async function connectToProxy(proxy: ProxyAddress, { policy, lookup }: DialOptions): Promise<Socket> {
  const { host, port, protocol, tls = {} } = proxy;
  checkAddress(host, policy);
  const { connect } = await import('node:net');
  const address = { host, port, ...(lookup && { lookup }) };
  if (protocol !== 'https:') return connect(address);
  const [{ connect: connectSecurely }, identity] = await Promise.all([import('node:tls'), tlsOptions(tls)]);
  return connectSecurely({ servername: host, ...identity, ...address });
}

/** Asks a proxy of HTTP for a tunnel (RFC 9110, 9.3.6). */
async function connectByHttp(
  socket: Socket,
  proxy: ProxyAddress,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const headers = { host: authority, 'user-agent': 'gitops-toolkit', ...proxyAuthorization(proxy) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const reader = new SocketReader(socket);
  const head = await reader.takeUntil('\r\n\r\n', MAX_HEAD_BYTES);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1] ?? 0);
  if (status === 407) throw failed(proxy, 'refuses the login');
  if (status < 200 || status > 299) throw failed(proxy, `answers ${status || 'something that is not HTTP'}`);
  reader.release();
}

function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off('error', reject);
      resolve();
    });
    socket.once('error', reject);
  });
}

function failed({ host, port }: ProxyAddress, words: string, cause?: unknown): HttpError {
  return new HttpError('HTTP_PROXY_FAILED', `the proxy ${host}:${port} ${words}`, {
    retry: 'backoff',
    ...(cause === undefined ? {} : { cause }),
  });
}
