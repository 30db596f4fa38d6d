import { createPrivateKey } from 'node:crypto';
import type { ParsedKey, utils } from 'ssh2';
import { SourceError } from '../../errors.ts';
import type { GitSshAccess } from './ssh-access.ts';

const MIN_RSA_BITS = 2048;

/**
 * Looks at the private key of an access before anything is connected to.
 *
 * @throws `GIT_SSH_KEY_INVALID`, which shows nothing of it
 */
export function checkPrivateKey(
  { identity, passphrase }: GitSshAccess,
  parseKey: typeof utils.parseKey,
): void {
  const parsed = parseKey(identity, passphrase);
  if (parsed instanceof Error) throw unusable(isEncrypted(parsed, passphrase), passphrase);
  const key = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
  if (!key?.isPrivateKey()) throw invalid('is no private key', 'Give the private half of the pair.');
  const bits = key.type === 'ssh-rsa' ? rsaBits(key) : undefined;
  if (bits !== undefined && bits < MIN_RSA_BITS)
    throw invalid(`is an RSA key of ${bits} bits`, 'Make an Ed25519 key: ssh-keygen -t ed25519.');
}

function rsaBits(key: ParsedKey): number | undefined {
  return createPrivateKey(key.getPrivatePEM()).asymmetricKeyDetails?.modulusLength;
}

function isEncrypted(error: Error, passphrase: string | undefined): boolean {
  return /encrypted|passphrase|integrity check|bad decrypt/i.test(error.message) || passphrase !== undefined;
}

function unusable(encrypted: boolean, passphrase: string | undefined): SourceError {
  if (!encrypted) return invalid('is no key in PEM or in the format of OpenSSH');
  return passphrase === undefined
    ? invalid('is encrypted', 'Give its passphrase.')
    : invalid('cannot be decrypted with the passphrase');
}

function invalid(words: string, hint?: string): SourceError {
  return new SourceError(
    'GIT_SSH_KEY_INVALID',
    `the SSH identity ${words}`,
    hint === undefined ? {} : { hint },
  );
}
