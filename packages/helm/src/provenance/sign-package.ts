import { digestOf, errorMessage } from '@gitops-toolkit/core';
import type { PrivateKey } from 'openpgp';
import { loadChart } from '../chart/load-chart.ts';
import { HelmError } from '../errors.ts';
import { findSigningKey, type Keyring, readKeyring } from './keyring.ts';
import { writeMessageBlock } from './message-block.ts';

/** A package, and the key that signs it. */
export interface SignPackageInput {
  /** The name of the package: `web-1.0.0.tgz`. */
  readonly fileName: string;
  readonly data: Uint8Array;
  /** Secret keys, as `gpg --export-secret-keys` writes them. */
  readonly keyring: Keyring;
  /** The user ID of the key, or a part of it that no other has. @default the first key */
  readonly key?: string;
  /** Opens the key where it is locked. */
  readonly passphrase?: string;
  /** When it was signed. @default now */
  readonly time?: Date;
}

/**
 * Signs a package as `helm package --sign` does.
 *
 * @returns What goes into the `.prov` file beside the package.
 * @throws HelmError `HELM_PROVENANCE_INVALID`; `HELM_CHART_INVALID` for what is no package.
 */
export async function signPackage(input: SignPackageInput): Promise<string> {
  const { fileName, data } = input;
  const { createCleartextMessage, enums, sign } = await import('openpgp');
  const { metadata } = await loadChart(data);
  const key = await unlocked(
    findSigningKey(await readKeyring(input.keyring), input.key ?? ''),
    input.passphrase,
  );
  const text = writeMessageBlock(metadata, fileName, digestOf(data));
  try {
    return await sign({
      message: await createCleartextMessage({ text }),
      signingKeys: key,
      date: input.time ?? new Date(),
      config: { preferredHashAlgorithm: enums.hash.sha512 },
    });
  } catch (cause) {
    throw failure(errorMessage(cause), cause);
  }
}

async function unlocked(key: PrivateKey, passphrase: string | undefined): Promise<PrivateKey> {
  if (key.isDecrypted()) return key;
  const { decryptKey } = await import('openpgp');
  try {
    return await decryptKey({ privateKey: key, passphrase: passphrase ?? '' });
  } catch (cause) {
    throw failure('openpgp: invalid data: private key checksum failure', cause);
  }
}

function failure(message: string, cause: unknown): HelmError {
  return new HelmError('HELM_PROVENANCE_INVALID', message, {
    cause,
    hint: 'Look at the key, its passphrase, and whether it may sign.',
  });
}
