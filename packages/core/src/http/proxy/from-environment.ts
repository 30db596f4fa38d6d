import { BlockList, isIP } from 'node:net';
import type { Proxy } from './proxy.ts';

/**
 * The proxy that the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY name for a URL, in upper or lower case, as Go reads them; no
 * client of this package looks at them by itself.
 *
 * This machine is never reached through a proxy. NO_PROXY lists hosts (with those below them), `.domains` (those below alone),
 * addresses and networks, each with a port where only that is meant; `*` stands for everything.
 */
export function proxyFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  target: URL | string,
): Proxy | undefined {
  const url = new URL(target);
  const read = (name: string) => environment[name] || environment[name.toLowerCase()] || undefined;
  const proxy = url.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY');
  if (proxy === undefined || isExempt(url, read('NO_PROXY') ?? '')) return undefined;
  return { url: /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}` };
}

function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase().replaceAll(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isInNetwork(host, '127.0.0.0/8') || isInNetwork(host, '::1/128')) return true;
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(host, entry);
  const [, name = '', wanted] = /^(\[[^\]]+\]|[^:]+|[0-9a-f:]+)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const bare = name.replaceAll(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (isIP(bare) !== 0) return bare === host;
  return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const [version, wanted] = [isIP(host), isIP(address)];
  if (version === 0 || version !== wanted || !/^\d+$/.test(prefix)) return false;
  const list = new BlockList();
  const family = version === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
