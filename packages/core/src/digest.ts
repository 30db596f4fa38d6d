import { CoreError } from './core-errors.ts';
import { Sha256 } from './sha256.ts';

/** The hashes that a {@link Digest} may be of. */
export type DigestAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** A hash with its algorithm, as OCI and Flux write it: `sha256:` and lower-case hexadecimal digits. */
export type Digest = `${DigestAlgorithm}:${string}`;

/** A hash under way. */
export interface Hasher {
  update(data: Uint8Array): unknown;
  /** Ends the hash and gives it in hexadecimal digits. */
  hex(): string;
}

/** Hexadecimal digits of each algorithm. */
const HEX_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = {
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

const encoder = new TextEncoder();

type NodeCrypto = typeof import('node:crypto');
type BuiltinModules = { readonly process?: { readonly getBuiltinModule?: (name: string) => unknown } };

let nodeCrypto: NodeCrypto | undefined;

/**
 * Node's own hashes. Found at run time and not imported, so that this module loads in a browser too; and with the
 * first hash, since to load them takes longer than all of this package.
 */
function findNodeCrypto(): NodeCrypto | undefined {
  return (nodeCrypto ??= (globalThis as BuiltinModules).process?.getBuiltinModule?.('node:crypto') as
    | NodeCrypto
    | undefined);
}

/** The SHA-256 of bytes, or of a text in UTF-8, in 64 hexadecimal digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return hashHex('sha256', data);
}

/**
 * The digest of bytes, or of a text in UTF-8.
 *
 * @param algorithm Default `sha256`.
 * @throws {@link CoreError} `DIGEST_UNSUPPORTED` for others than `sha256` where there is no `node:crypto`.
 *
 * @example
 * ```ts
 * import { digestOf, verifyDigest } from '@gitops-toolkit/core';
 * const digest = digestOf('hello'); // sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
 * verifyDigest(new TextEncoder().encode('hello'), digest); // true
 * ```
 */
export function digestOf(data: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${hashHex(algorithm, data)}`;
}

/**
 * Takes a digest apart.
 *
 * @throws {@link CoreError} `DIGEST_INVALID` for an unknown algorithm, a wrong length or other characters.
 */
export function parseDigest(text: string): { algorithm: DigestAlgorithm; hex: string } {
  const colon = text.indexOf(':');
  const [algorithm, hex] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  if (!Object.hasOwn(HEX_LENGTHS, algorithm)) {
    throw new CoreError('DIGEST_INVALID', `not a digest: ${JSON.stringify(text)}`, {
      hint: `A digest begins with one of ${Object.keys(HEX_LENGTHS).join(', ')} and a colon.`,
    });
  }
  const length = HEX_LENGTHS[algorithm as DigestAlgorithm];
  if (hex.length !== length || !/^[0-9a-f]*$/.test(hex)) {
    throw new CoreError('DIGEST_INVALID', `not a digest: ${JSON.stringify(text)}`, {
      hint: `${algorithm} has ${length} lower-case hexadecimal digits.`,
    });
  }
  return { algorithm: algorithm as DigestAlgorithm, hex };
}

/** Whether a text is a digest that {@link parseDigest} takes. */
export function isDigest(text: string): text is Digest {
  try {
    parseDigest(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether bytes have a digest.
 *
 * @throws {@link CoreError} `DIGEST_INVALID` where the text is not a digest.
 */
export function verifyDigest(data: Uint8Array, digest: string): boolean {
  const { algorithm, hex } = parseDigest(digest);
  return hashHex(algorithm, data) === hex;
}

/**
 * A hash over bytes that come in pieces.
 *
 * @throws {@link CoreError} `DIGEST_UNSUPPORTED` for others than `sha256` where there is no `node:crypto`.
 */
export function createHasher(algorithm: DigestAlgorithm = 'sha256'): Hasher {
  const crypto = findNodeCrypto();
  if (crypto) {
    const hash = crypto.createHash(algorithm);
    return { update: (data) => hash.update(data), hex: () => hash.digest('hex') };
  }
  if (algorithm === 'sha256') return new Sha256();
  throw new CoreError('DIGEST_UNSUPPORTED', `${algorithm} cannot be computed without node:crypto`);
}

function hashHex(algorithm: DigestAlgorithm, data: Uint8Array | string): string {
  const crypto = findNodeCrypto();
  if (crypto) return crypto.hash(algorithm, data, 'hex');
  const hasher = createHasher(algorithm);
  hasher.update(typeof data === 'string' ? encoder.encode(data) : data);
  return hasher.hex();
}
