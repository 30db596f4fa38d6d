import {
  CoreError,
  createHasher,
  type DigestAlgorithm,
  type Hasher,
  parseDigest,
} from '@gitops-toolkit/core';

/** The hashes that digests of artifacts may be of, as those of Flux. */
export type ArtifactDigestAlgorithm = DigestAlgorithm | 'blake3';

const ALGORITHMS: readonly ArtifactDigestAlgorithm[] = ['sha1', 'sha256', 'sha384', 'sha512', 'blake3'];
const BLAKE3 = /^blake3:([0-9a-f]{64})$/;

/**
 * The algorithm that a flag such as `--artifact-digest-algo` names.
 *
 * @throws RangeError for another text.
 */
export function parseDigestAlgorithm(text: string): ArtifactDigestAlgorithm {
  const algorithm = ALGORITHMS.find((known) => known === text);
  if (algorithm) return algorithm;
  throw new RangeError(`not one of ${ALGORITHMS.join(', ')}: ${JSON.stringify(text)}`);
}

/**
 * Takes the digest of an artifact apart.
 *
 * @throws `DIGEST_INVALID` of core.
 */
export function parseArtifactDigest(text: string): { algorithm: ArtifactDigestAlgorithm; hex: string } {
  if (!text.startsWith('blake3:')) return parseDigest(text);
  const hex = BLAKE3.exec(text)?.[1];
  if (hex === undefined) {
    throw new CoreError('DIGEST_INVALID', `not a digest: ${JSON.stringify(text)}`, {
      hint: 'blake3 has 64 lower-case hexadecimal digits.',
    });
  }
  return { algorithm: 'blake3', hex };
}

/** A hash over the bytes of an artifact. BLAKE3, which Node has none of, is loaded when it is first asked for. */
export async function createArtifactHasher(algorithm: ArtifactDigestAlgorithm): Promise<Hasher> {
  if (algorithm !== 'blake3') return createHasher(algorithm);
  const { blake3 } = await import('@noble/hashes/blake3.js');
  const hash = blake3.create();
  return {
    update: (data) => hash.update(data),
    hex: () => Buffer.from(hash.digest()).toString('hex'),
  };
}
