import type { Socket } from 'node:net';
import type { AddressPolicy } from '../address-policy.ts';
import { checkAddress, guardedLookup } from '../guarded-lookup.ts';
import { parseProxy, type Proxy } from './proxy.ts';

/**
 * A connection to a host through a proxy, for what speaks something else than HTTP. The proxy looks the host's name up.
 *
 * @param options.addresses which addresses may be dialled: the proxy's, and that of the host where it is written as such
 * @param options.signal gives the connection up, until it stands
 * @throws `HTTP_PROXY_INVALID`, `HTTP_PROXY_FAILED`, `HTTP_ADDRESS_REFUSED`; the reason of the signal
 */
export async function connectThrough(
  proxy: Proxy,
  target: { readonly host: string; readonly port: number },
  { addresses, signal }: { readonly addresses?: AddressPolicy; readonly signal?: AbortSignal } = {},
): Promise<Socket> {
  const address = parseProxy(proxy);
  checkAddress(target.host, addresses);
  const { dialThrough } = await import('./dial.ts');
  const lookup = addresses && (await guardedLookup(addresses));
  return dialThrough(address, target, { policy: addresses, lookup, signal });
}
