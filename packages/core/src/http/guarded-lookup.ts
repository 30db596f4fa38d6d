import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressClass, AddressPolicy } from './address-policy.ts';
import { HttpError } from './errors.ts';

/**
 * Refuses an address that is written as such; names are looked at when they are looked up.
 *
 * @throws `HTTP_ADDRESS_REFUSED`
 */
export function checkAddress(host: string, policy: AddressPolicy | undefined): void {
  const bare = host.replaceAll(/^\[|\]$/g, '');
  const refused = isIP(bare.split('%')[0] ?? '') === 0 ? undefined : policy?.refused(bare, bare);
  if (refused) throw addressRefused(bare, bare, refused);
}

/**
 * Looks names up for `connect` of `node:net`, and gives only addresses that may be dialled: what is looked at is what
 * is dialled. For what speaks something else than HTTP; {@link checkAddress} belongs before it.
 */
export async function guardedLookup(policy: AddressPolicy): Promise<LookupFunction> {
  const { lookup } = await import('node:dns');
  return (host, options, callback) => {
    lookup(host, { ...(options as LookupOptions), all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => policy.refused(address, host) === undefined);
      const [first] = allowed;
      if (!first) return callback(refusal(host, addresses, policy), '', 0);
      if ((options as LookupOptions).all) return callback(null, allowed as never);
      callback(null, first.address, first.family);
    });
  };
}

function refusal(host: string, addresses: readonly LookupAddress[], policy: AddressPolicy): HttpError {
  const address = addresses[0]?.address ?? '';
  return addressRefused(host, address, policy.refused(address, host) ?? 'private');
}

function addressRefused(host: string, address: string, kind: AddressClass): HttpError {
  const which = host === address ? host : `${host} (${address})`;
  return new HttpError('HTTP_ADDRESS_REFUSED', `${which} is not dialled: it is a ${kind} address`, {
    hint: `If it is meant, the operator allows the host ${host}.`,
  });
}
