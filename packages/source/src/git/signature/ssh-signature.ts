import { createHash } from 'node:crypto';
import { fingerprint } from '../ssh/host-key.ts';
import { badKeys, badSignature } from './signature-error.ts';
import { parseSshPublicKey, type SshPublicKey } from './ssh-public-key.ts';
import { WireReader, wireString } from './wire-reader.ts';

const MAGIC = 'SSHSIG';
/** A signature for a file or a mail is none for a commit. */
const NAMESPACE = 'git';
const ARMOR = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/;

/**
 * Checks a signature of SSH (PROTOCOL.sshsig of OpenSSH) for the namespace `git`.
 *
 * @returns the fingerprint of the key that made it
 * @throws `GIT_SIGNATURE_INVALID`
 */
export function verifySshSignature(
  payload: Uint8Array,
  armor: string,
  keys: readonly SshPublicKey[],
): string {
  const base64 = ARMOR.exec(armor)?.[1];
  if (base64 === undefined) throw badSignature('the SSH signature has another form than it should');
  try {
    return check(payload, new WireReader(Buffer.from(base64, 'base64')), keys);
  } catch (error) {
    if (error instanceof RangeError)
      throw badSignature(`the SSH signature ${error.message}`, { cause: error });
    throw error;
  }
}

function check(payload: Uint8Array, reader: WireReader, keys: readonly SshPublicKey[]): string {
  if (reader.take(MAGIC.length).toString('latin1') !== MAGIC || reader.uint32() !== 1)
    throw badSignature('the SSH signature is of an unknown version');
  const [blob, namespace, reserved, hash, signature] = [
    reader.string(),
    reader.text(),
    reader.string(),
    reader.text(),
    reader.string(),
  ];
  if (!reader.isAtEnd) throw badSignature('the SSH signature has more than a signature');
  if (namespace !== NAMESPACE)
    throw badSignature(`the SSH signature is for ${JSON.stringify(namespace.slice(0, 60))}, not for git`);
  if (hash !== 'sha256' && hash !== 'sha512') throw badSignature('the SSH signature is over an unknown hash');
  const key = keys.find((allowed) => allowed.blob.equals(blob));
  if (!key) {
    throw badSignature(`the signature is by the SSH key ${fingerprint(blob)}, which may not sign`, {
      hint: 'Add the key if it belongs to somebody who may.',
    });
  }
  const digest = createHash(hash).update(payload).digest();
  const data = [Buffer.from(MAGIC), ...[namespace, reserved, hash, digest].map((part) => wireString(part))];
  if (!key.verifies(Buffer.concat(data), signature))
    throw badSignature('the SSH signature is of other content');
  return fingerprint(blob);
}

/**
 * Reads the keys that may sign, as lines of `authorized_keys`. Lines with options are refused: what they restrict cannot
 * be told of a commit.
 *
 * @throws `GIT_SIGNATURE_KEYS_INVALID`
 */
export function parseAuthorizedKeys(text: string, name: string): SshPublicKey[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [type = '', base64 = ''] = trimmed.split(/\s+/);
    const blob = Buffer.from(base64, 'base64');
    try {
      const key = parseSshPublicKey(blob);
      if (key.type === type) return [key];
    } catch (error) {
      if (error instanceof RangeError && blob.length > 0)
        throw badKeys(`the key in line ${i + 1} of ${name} ${error.message}`);
    }
    throw badKeys(
      `line ${i + 1} of ${name} is no public key of SSH, or has options before it`,
      'It looks like: ssh-ed25519 AAAA… name',
    );
  });
}
