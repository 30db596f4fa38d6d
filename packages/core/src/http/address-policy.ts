import { BlockList, isIP } from 'node:net';
import { embeddedAddress } from './embedded-address.ts';

/** Kinds of addresses that somebody outside must not make a program dial. */
export type AddressClass = 'link-local' | 'loopback' | 'multicast' | 'private' | 'unspecified';

/** Decides which addresses may be dialled, once a name was looked up. */
export interface AddressPolicy {
  /** The kind of an address that may not be dialled; `undefined` where it may. */
  refused(address: string, host: string): AddressClass | undefined;
}

/** What {@link denyAddresses} lets through. */
export interface DenyAddressesOptions {
  /** @default loopback, link-local, multicast and unspecified: all but private networks, where registries are */
  readonly deny?: readonly AddressClass[];
  /** Hosts, addresses and networks (`10.0.0.0/8`) that may be dialled nevertheless. */
  readonly allow?: readonly string[];
}

const NETWORKS: Readonly<Record<AddressClass, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // Where clouds give out the keys of machines, too: some of them at addresses that look like any other.
  'link-local': [
    '169.254.0.0/16',
    'fe80::/10',
    'fd00:ec2::254/128', // Amazon
    'fd20:ce::254/128', // Google
    '168.63.129.16/32', // Azure
    '100.100.100.200/32', // Alibaba
    '192.0.0.192/32', // Oracle
  ],
  unspecified: ['0.0.0.0/8', '::/128'],
  multicast: ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
};
const DENIED: readonly AddressClass[] = ['loopback', 'link-local', 'unspecified', 'multicast'];

/**
 * A policy against requests that are forged through URLs (CWE-918): what a name stands for is looked at when it is dialled, so
 * that a redirect, an unusual spelling or a name that changes its address is no way round it.
 *
 * @throws RangeError for a network in `allow` that is none
 */
export function denyAddresses(options: DenyAddressesOptions = {}): AddressPolicy {
  const { deny = DENIED, allow = [] } = options;
  const denied = deny.map((name) => ({ name, list: listOf(NETWORKS[name]) }));
  const hosts = new Set(allow.filter((entry) => !isNetwork(entry)).map((host) => host.toLowerCase()));
  const networks = listOf(allow.filter(isNetwork));
  return {
    refused(address, host) {
      if (hosts.has(host.toLowerCase()) || contains(networks, address)) return undefined;
      return denied.find(({ list }) => contains(list, address))?.name;
    },
  };
}

function isNetwork(entry: string): boolean {
  return isIP(entry.split('/')[0] ?? '') !== 0;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const version = isIP(address);
    list.addSubnet(
      address,
      prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix),
      `ipv${version as 4 | 6}`,
    );
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  const bare = address.split('%')[0] ?? '';
  const version = isIP(bare);
  if (version === 0) return false;
  const within = version === 6 ? embeddedAddress(bare) : undefined;
  return list.check(bare, `ipv${version as 4 | 6}`) || (within !== undefined && list.check(within, 'ipv4'));
}
