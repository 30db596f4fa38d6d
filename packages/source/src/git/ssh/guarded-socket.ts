import { type AddressPolicy, checkAddress, guardedLookup, HttpError } from '@gitops-toolkit/core/http';
import { connect, type Socket } from 'node:net';
import { notDialled } from './ssh-errors.ts';

/**
 * A connection on its way to an address that may be dialled.
 *
 * @throws `GIT_CONNECTION_FAILED` for an address that is written as such and may not be; of a name the socket tells
 */
export async function guardedSocket(
  { host, port }: { readonly host: string; readonly port: number },
  addresses: AddressPolicy,
): Promise<Socket> {
  try {
    checkAddress(host, addresses);
  } catch (error) {
    throw error instanceof HttpError ? notDialled(error) : error;
  }
  return connect({ host, port, lookup: await guardedLookup(addresses) });
}
