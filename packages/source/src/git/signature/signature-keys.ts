import type { SshPublicKey } from './ssh-public-key.ts';
import { parseAuthorizedKeys } from './ssh-signature.ts';
import { badKeys } from './signature-error.ts';

/** Who may sign. */
export interface GitSignatureKeys {
  /** Rings of OpenPGP keys in ASCII armor, by the name that errors give them. */
  readonly pgp: ReadonlyMap<string, string>;
  readonly ssh: readonly SshPublicKey[];
}

/**
 * The keys in a Secret as Flux lays it out: `*.sshpub` has lines of `authorized_keys`, any other entry a ring of OpenPGP
 * keys.
 *
 * @throws `GIT_SIGNATURE_KEYS_INVALID` where there is none, or one that cannot be read
 */
export function gitSignatureKeys(data: Readonly<Record<string, string>>): GitSignatureKeys {
  const entries = Object.entries(data).filter(([, text]) => text.trim() !== '');
  if (entries.length === 0) throw badKeys('there are no keys to verify signatures with');
  const isSsh = ([name]: [string, string]) => name.endsWith('.sshpub');
  return {
    pgp: new Map(entries.filter((entry) => !isSsh(entry))),
    ssh: entries.filter(isSsh).flatMap(([name, text]) => parseAuthorizedKeys(text, name)),
  };
}
