import { errorMessage } from '@gitops-toolkit/core';
import type { Key, PrivateKey } from 'openpgp';
import { HelmError } from '../errors.ts';

/** Keys as `gpg --export` writes them, in binary or with `--armor`. */
export type Keyring = Uint8Array | string;

const KEYBOX_MARK = 'KBXf';

/** @throws HelmError `HELM_PROVENANCE_INVALID` */
export async function readKeyring(keyring: Keyring): Promise<Key[]> {
  try {
    const { readKeys } = await import('openpgp');
    const armored = armoredText(keyring);
    if (armored !== undefined) return await readKeys({ armoredKeys: armored });
    return await readKeys({ binaryKeys: keyring as Uint8Array<ArrayBuffer> });
  } catch (cause) {
    throw new HelmError('HELM_PROVENANCE_INVALID', `failed to load keyring: ${errorMessage(cause)}`, {
      cause,
      hint: isKeybox(keyring)
        ? 'This is the keybox of GnuPG. Export the keys with `gpg --export`.'
        : 'A keyring is what `gpg --export` writes.',
    });
  }
}

function armoredText(keyring: Keyring): string | undefined {
  if (typeof keyring === 'string') return keyring;
  return keyring[0] === 0x2d ? new TextDecoder().decode(keyring) : undefined;
}

function isKeybox(keyring: Keyring): boolean {
  return typeof keyring !== 'string' && new TextDecoder().decode(keyring.subarray(8, 12)) === KEYBOX_MARK;
}

/**
 * The one key to sign with: that whose user ID is the given one, or the only one whose user ID has it in it. Without an
 * ID, the first.
 *
 * @throws HelmError `HELM_PROVENANCE_INVALID`
 */
export function findSigningKey(keys: readonly Key[], id: string): PrivateKey {
  const exact = keys.find((key) => key.getUserIDs().includes(id));
  const similar = keys.filter((key) => key.getUserIDs().some((each) => each.includes(id)));
  if (!exact && id !== '' && similar.length > 1)
    throw notUsable(`more than one key contain the id ${JSON.stringify(id)}`, 'Give the whole user ID.');
  const key = exact ?? similar[0];
  if (!key) throw notUsable('private key not found', 'Look at the user IDs of the keys in the keyring.');
  if (!key.isPrivate()) {
    throw notUsable(
      'provided key is not a private key. Try providing a keyring with secret keys',
      'Export the key with `gpg --export-secret-keys`.',
    );
  }
  return key;
}

function notUsable(message: string, hint: string): HelmError {
  return new HelmError('HELM_PROVENANCE_INVALID', message, { hint });
}
