import { digestOf, errorMessage } from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import type { CleartextMessage, Key } from 'openpgp';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { type Keyring, readKeyring } from './keyring.ts';
import { type MessageBlock, MessageFault, readMessageBlock } from './message-block.ts';

/** A package, its provenance file, and the keys that are trusted. */
export interface VerifyProvenanceInput {
  /** The name of the package, under which the provenance file has its sum: `web-1.0.0.tgz`. */
  readonly fileName: string;
  readonly data: Uint8Array;
  /** What is in `web-1.0.0.tgz.prov`. */
  readonly provenance: Uint8Array | string;
  readonly keyring: Keyring;
  /** Whose words errors have. @default 'v4' */
  readonly dialect?: Dialect;
  /** The time at which keys must not have expired. @default now */
  readonly time?: Date;
}

/** A package whose signature and sum hold. */
export interface Verification {
  readonly fileName: string;
  /** `sha256:` and the sum of the package. */
  readonly fileHash: string;
  /** User IDs of the key. */
  readonly signedBy: readonly string[];
  /** Of the primary key, in upper-case hexadecimal digits as Helm prints it. */
  readonly fingerprint: string;
  /** `Chart.yaml` as it was signed. */
  readonly chartYaml: string;
}

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const MAX_LENGTH = 1024 * 1024;

/**
 * Checks a package against its provenance file as `helm verify` does: the signature is of a key of the keyring, and the
 * package has the sum that was signed. Signatures with SHA-1 and keys that have expired or were revoked do not count.
 *
 * @throws HelmError `HELM_PROVENANCE_INVALID`
 */
export async function verifyProvenance(input: VerifyProvenanceInput): Promise<Verification> {
  const { fileName, data, dialect = 'v4' } = input;
  const keys = await readKeyring(input.keyring);
  const message = await readSigned(input.provenance, dialect);
  const signer = await findSigner(message, keys, input.time ?? new Date());
  const block = blockOf(message);
  const fileHash = digestOf(data);
  checkSum(block, fileName, fileHash);
  return {
    fileName,
    fileHash,
    signedBy: signer.getUserIDs(),
    fingerprint: signer.getFingerprint().toUpperCase(),
    chartYaml: block.chartYaml,
  };
}

/** What stands in front of the signed text is passed over. */
async function readSigned(provenance: Uint8Array | string, dialect: Dialect): Promise<CleartextMessage> {
  const missing =
    dialect === 'v3' ? 'failed to decode signature: signature block not found' : 'signature block not found';
  if (provenance.length > MAX_LENGTH)
    throw new HelmError('HELM_LIMIT', `the provenance file is larger than ${MAX_LENGTH} bytes`);
  const text = typeof provenance === 'string' ? provenance : new TextDecoder().decode(provenance);
  const start = text.indexOf(BEGIN);
  if (start < 0) throw invalid(missing);
  try {
    const { readCleartextMessage } = await import('openpgp');
    return await readCleartextMessage({ cleartextMessage: text.slice(start) });
  } catch (cause) {
    throw invalid(missing, cause);
  }
}

/** The key of the first signature that holds; otherwise it is said why the first one of a known key does not. */
async function findSigner(message: CleartextMessage, keys: readonly Key[], now: Date): Promise<Key> {
  const { verify } = await import('openpgp');
  const { signatures } = await verify({ message, verificationKeys: [...keys], date: now });
  let failure: HelmError | undefined;
  for (const { keyID, verified } of signatures) {
    const key = keys.find((each) => each.getKeys(keyID).length > 0);
    if (!key) continue;
    try {
      await checkUsable(key, now);
      await verified;
      return key;
    } catch (error) {
      failure ??= error instanceof HelmError ? error : invalid(signatureWords(error), error);
    }
  }
  throw failure ?? invalid('openpgp: signature made by unknown entity');
}

async function checkUsable(key: Key, now: Date): Promise<void> {
  // Helm finds no key that was revoked.
  if (await key.isRevoked(undefined, undefined, now))
    throw invalid('openpgp: signature made by unknown entity');
  const expires = await key.getExpirationTime();
  if (expires instanceof Date && expires <= now) throw invalid('openpgp: key expired');
}

function signatureWords(error: unknown): string {
  const message = errorMessage(error);
  if (/digest did not match|verification failed/i.test(message))
    return "openpgp: invalid signature: hash tag doesn't match";
  return `openpgp: invalid signature: ${message}`;
}

function blockOf(message: CleartextMessage): MessageBlock {
  try {
    return readMessageBlock(message.getText());
  } catch (error) {
    if (error instanceof MessageFault) throw invalid(error.message, error);
    throw error;
  }
}

function checkSum({ files }: MessageBlock, fileName: string, actual: string): void {
  const signed = files.get(fileName);
  if (signed === undefined)
    throw invalid(`provenance does not contain a SHA for a file named ${quoteString(fileName)}`);
  if (signed === actual) return;
  throw invalid(
    `sha256 sum does not match for ${fileName}: ${quoteString(signed)} != ${quoteString(actual)}`,
  );
}

function invalid(message: string, cause?: unknown): HelmError {
  return new HelmError('HELM_PROVENANCE_INVALID', message, {
    ...(cause !== undefined && { cause }),
    hint: 'The chart is not what was signed, or it was signed with a key that the keyring does not have.',
  });
}
