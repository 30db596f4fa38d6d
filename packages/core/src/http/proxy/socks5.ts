import { isIP, type Socket } from 'node:net';
import { HttpError } from '../errors.ts';
import type { ProxyAddress } from './proxy.ts';
import { SocketReader } from './socket-reader.ts';

const VERSION = 5;
const NO_LOGIN = 0;
const BY_PASSWORD = 2;
const CONNECT = 1;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const REPLIES = [
  '',
  'failed',
  'does not allow it',
  'cannot reach the network',
  'cannot reach the host',
  'was refused by the host',
  'gave up waiting',
  'knows no such command',
  'knows no such kind of address',
];

/**
 * Asks a SOCKS5 proxy to connect to a host (RFC 1928), by name: it is looked up there. Logs in where the proxy wants it
 * (RFC 1929).
 */
export async function connectBySocks(
  socket: Socket,
  proxy: ProxyAddress,
  host: string,
  port: number,
): Promise<void> {
  const reader = new SocketReader(socket);
  const hasLogin = proxy.username !== undefined || proxy.password !== undefined;
  socket.write(Buffer.from(hasLogin ? [VERSION, 2, NO_LOGIN, BY_PASSWORD] : [VERSION, 1, NO_LOGIN]));
  const [version, method] = await reader.take(2);
  if (version !== VERSION) throw failed(proxy, 'is no SOCKS5 proxy');
  if (method === BY_PASSWORD && hasLogin) await logIn(socket, reader, proxy);
  else if (method !== NO_LOGIN) throw failed(proxy, 'wants another login');
  const wanted = Buffer.alloc(2);
  wanted.writeUInt16BE(port);
  socket.write(Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), encodeHost(host, proxy), wanted]));
  const [, reply = 1, , type = 0] = await reader.take(4);
  if (reply !== 0) throw failed(proxy, REPLIES[reply] ?? 'failed');
  const bytes = type === 3 ? ((await reader.take(1))[0] ?? 0) : ADDRESS_BYTES[type];
  if (bytes === undefined) throw failed(proxy, 'is no SOCKS5 proxy');
  await reader.take(bytes + 2);
  reader.release();
}

async function logIn(socket: Socket, reader: SocketReader, proxy: ProxyAddress): Promise<void> {
  const [name, password] = [Buffer.from(proxy.username ?? ''), Buffer.from(proxy.password ?? '')];
  if (name.length > 255 || password.length > 255) throw failed(proxy, 'takes no login of that length');
  socket.write(
    Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]),
  );
  const [, status] = await reader.take(2);
  if (status !== 0) throw failed(proxy, 'refuses the login');
}

function encodeHost(host: string, proxy: ProxyAddress): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)]);
  const name = Buffer.from(host);
  if (name.length > 255) throw failed(proxy, 'takes no name of that length');
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function failed({ host, port }: ProxyAddress, words: string): HttpError {
  return new HttpError('HTTP_PROXY_FAILED', `the proxy ${host}:${port} ${words}`, { retry: 'backoff' });
}
