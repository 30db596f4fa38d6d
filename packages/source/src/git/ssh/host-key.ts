import { createHash } from 'node:crypto';
import { SourceError } from '../../errors.ts';
import { keyType, type KnownHost } from './known-hosts.ts';

/** The algorithms that a key of a type signs with, the better ones first; SHA-1 is none of them. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * The algorithms to be offered: those of keys that are known, so that the host shows one that can be checked.
 *
 * @throws `GIT_HOST_KEY_REFUSED` where none is known
 */
export function hostKeyAlgorithms(known: KnownHost, host: string): string[] {
  const types = Object.keys(ALGORITHMS).filter((type) => known.keys.some((key) => key.type === type));
  const algorithms = types.flatMap((type) => ALGORITHMS[type] ?? []);
  if (algorithms.length > 0) return algorithms;
  throw refused(
    known.hasAuthority
      ? `known_hosts has only an authority for ${host}: certificates of hosts are not read`
      : `known_hosts has no key of ${host} that can be used`,
  );
}

/**
 * Checks the key that a host shows.
 *
 * @returns why it is not trusted; `undefined` where it is
 */
export function checkHostKey(shown: Buffer, known: KnownHost, host: string): SourceError | undefined {
  const is = ({ key }: { readonly key: Buffer }) => key.equals(shown);
  if (known.revoked.some(is))
    return refused(`the key of ${host}, ${fingerprint(shown)}, is revoked in known_hosts`);
  if (known.keys.some(is)) return undefined;
  const expected = known.keys
    .filter(({ type }) => type === keyType(shown))
    .map(({ key }) => fingerprint(key));
  return refused(
    `${host} shows the key ${fingerprint(shown)}, and known_hosts has ${expected.join(' and ') || 'none of its type'}`,
  );
}

/** As ssh prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function refused(message: string): SourceError {
  return new SourceError('GIT_HOST_KEY_REFUSED', message, {
    // A host that changed its key will be known again when somebody says so; the object that names it does not change.
    retry: 'backoff',
    hint: 'If the host has a new key, compare its fingerprint with the published one and put it into known_hosts.',
  });
}
