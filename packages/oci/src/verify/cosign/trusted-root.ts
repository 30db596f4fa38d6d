import type { TrustMaterial } from '@sigstore/verify';
import { isRecord } from '@gitops-toolkit/core';
import { badPolicy } from '../read.ts';

/**
 * Looks whether something is a Sigstore root that keyless signatures can be verified by, for who wants to know before the
 * first signature comes.
 *
 * @param root a `trusted_root.json`, as an object or its text
 * @throws OciError `OCI_SIGNATURE_POLICY`
 */
export async function checkTrustedRoot(root: unknown): Promise<void> {
  await trustMaterial(root);
}

/** What a trusted root holds, for a verifier. */
export async function trustMaterial(given: unknown): Promise<TrustMaterial> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ]);
  try {
    const value: unknown =
      typeof given === 'string' || given instanceof Uint8Array
        ? JSON.parse(Buffer.from(given as string).toString('utf8'))
        : given;
    if (!isRecord(value)) throw new Error('no object');
    const material = toTrustMaterial(TrustedRoot.fromJSON(value));
    if (material.certificateAuthorities.length === 0) throw new Error('no certificate authority');
    return material;
  } catch (error) {
    throw badPolicy('The trusted root cannot be used', error);
  }
}
