import type { Key, PublicKey } from 'openpgp';
import { badKeys, badSignature } from './signature-error.ts';

/**
 * Checks an OpenPGP signature (RFC 9580). Its key must have been good when the signature was made, and be good now:
 * neither expired nor revoked. SHA-1, MD5 and short RSA keys prove nothing.
 *
 * @param rings key rings in ASCII armor, by their name
 * @returns the fingerprint of the key that made it
 * @throws `GIT_SIGNATURE_INVALID`, `GIT_SIGNATURE_KEYS_INVALID`
 */
export async function verifyPgpSignature(
  payload: Uint8Array,
  armor: string,
  rings: ReadonlyMap<string, string>,
  options: { readonly now: number },
): Promise<string> {
  const openpgp = await import('openpgp');
  const keys = await readRings(rings, openpgp.readKeys);
  const now = new Date(options.now);
  const signature = await openpgp.readSignature({ armoredSignature: armor }).catch((cause: unknown) => {
    throw badSignature('the OpenPGP signature cannot be read', { cause });
  });
  const message = await openpgp.createMessage({ binary: new Uint8Array(payload) });
  const { signatures } = await openpgp.verify({
    message,
    signature,
    verificationKeys: keys,
    date: now,
    expectSigned: false,
  });
  const [made, ...others] = signatures;
  if (!made || others.length > 0)
    throw badSignature('there is not one OpenPGP signature, but none or several');
  const keyId = made.keyID;
  const signer = keys.find((key) => key.getKeyIDs().some((id) => id.equals(keyId)));
  if (!signer) {
    throw badSignature(
      `the signature is by the OpenPGP key ${keyId.toHex().toUpperCase()}, which may not sign`,
      {
        hint: 'Add the key if it belongs to somebody who may.',
      },
    );
  }
  await made.verified.catch((cause: unknown) => {
    throw badSignature(`the OpenPGP signature is not good: ${(cause as Error).message}`, { cause });
  });
  await signer.getSigningKey(keyId, now).catch((cause: unknown) => {
    throw badSignature(`the OpenPGP key is not good any more: ${(cause as Error).message}`, { cause });
  });
  return signer.getFingerprint().toUpperCase();
}

type ReadKeys = (options: { armoredKeys: string }) => Promise<Key[]>;

async function readRings(rings: ReadonlyMap<string, string>, readKeys: ReadKeys): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  for (const [name, armoredKeys] of rings) {
    const found = await readKeys({ armoredKeys }).catch(() => {
      throw badKeys(
        `${name} is no ring of OpenPGP keys in ASCII armor`,
        'Export it: gpg --export --armor KEY.',
      );
    });
    keys.push(...found);
  }
  return keys;
}
