import {
  type AddressPolicy,
  checkAddress,
  connectThrough,
  guardedLookup,
  HttpError,
  type Proxy,
} from '@gitops-toolkit/core/http';
import { connect, type Socket } from 'node:net';
import { notDialled } from './ssh-errors.ts';

/** The way to a server. */
export interface SshRoute {
  readonly addresses?: AddressPolicy | undefined;
  readonly proxy?: Proxy | undefined;
  /** Gives the way up, until it is there. */
  readonly signal: AbortSignal;
}

/**
 * A connection through a proxy, or on its way to an address that may be dialled; `undefined` where nothing is said about
 * the way.
 *
 * @throws `GIT_CONNECTION_FAILED` for an address that is written as such and may not be dialled, and for a proxy that gives no
 *   connection; of a name the socket tells; the reason of the signal
 */
export async function openSocket(
  { host, port }: { readonly host: string; readonly port: number },
  { addresses, proxy, signal }: SshRoute,
): Promise<Socket | undefined> {
  try {
    if (proxy)
      return await connectThrough(proxy, { host, port }, { signal, ...(addresses && { addresses }) });
    if (!addresses) return undefined;
    checkAddress(host, addresses);
  } catch (error) {
    throw error instanceof HttpError ? notDialled(error) : error;
  }
  return connect({ host, port, lookup: await guardedLookup(addresses) });
}
