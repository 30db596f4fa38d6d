import { isIP } from 'node:net';
import { OciError } from '../errors.ts';

/** What of a realm is let through. */
export interface RealmPolicy {
  /** The registry itself is spoken to without TLS. */
  readonly insecure: boolean;
  /** Further hosts that a registry may send its clients to. */
  readonly allowedHosts?: readonly string[];
}

/**
 * Checks the address that a registry sends its clients to for a token. A registry that was taken over must not get at
 * credentials, nor at what only this machine reaches.
 *
 * @returns the address, and whether credentials may be sent there
 * @throws {@link OciError} `OCI_REALM_REFUSED`
 */
export function checkRealm(
  realm: string,
  registry: string,
  policy: RealmPolicy,
): { readonly url: URL; readonly isTrusted: boolean } {
  if (!URL.canParse(realm)) throw refused(registry, 'no address that can be read');
  const url = new URL(realm);
  const registryHost = hostOf(registry);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && policy.insecure))
    throw refused(registry, `an address without TLS, ${url.protocol}//${url.host}`);
  if (url.username !== '' || url.password !== '') throw refused(registry, 'an address with credentials');
  const host = hostOf(url.host);
  if (isInternal(host) && host !== registryHost && !isInternal(registryHost))
    throw refused(registry, `an address that only this machine or its network reaches, ${url.host}`);
  const isTrusted =
    host === registryHost ||
    registrableDomain(host) === registrableDomain(registryHost) ||
    (policy.allowedHosts ?? []).some((allowed) => allowed.toLowerCase() === host);
  return { url, isTrusted };
}

/** Whether a host is this machine, its network, or where clouds keep the keys of machines. */
function isInternal(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const version = isIP(host);
  if (version === 4) {
    const [a = 0, b = 0] = host.split('.').map(Number);
    return (
      a === 0 ||
      a === 10 ||
      a === 127 ||
      (a === 169 && b === 254) ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168)
    );
  }
  return version === 6 && /^(?:::|f[cd]|fe[89ab])/i.test(host);
}

/**
 * The part of a name that somebody registers: two labels, three below the likes of `co.uk`. An address is its own.
 */
function registrableDomain(host: string): string {
  if (isIP(host) !== 0) return host;
  const labels = host.toLowerCase().split('.');
  const [country = '', second = ''] = labels.toReversed();
  const isSecondLevel = country.length === 2 && second.length <= 3;
  return labels.slice(isSecondLevel ? -3 : -2).join('.');
}

function hostOf(hostAndPort: string): string {
  return hostAndPort
    .replace(/:\d+$/, '')
    .replaceAll(/^\[|\]$/g, '')
    .toLowerCase();
}

function refused(registry: string, words: string): OciError {
  return new OciError('OCI_REALM_REFUSED', `${registry} asks for a token from ${words}`, {
    hint: 'Credentials are not sent there. Look at the configuration of the registry.',
  });
}
