import type { OciRepository } from '@gitops-toolkit/oci';
import type { CosignOptions, NotationOptions } from '@gitops-toolkit/oci/verify';

/** What signature an artifact must have. */
export type OciVerification =
  | ({ readonly provider: 'cosign' } & Omit<CosignOptions, 'digest' | 'signal'>)
  | ({ readonly provider: 'notation' } & Omit<NotationOptions, 'digest' | 'reference' | 'signal'>);

/** A signature that let an artifact through. */
export interface OciSigner {
  /** The digest of what holds the signature; absent where a trust policy skips verification. */
  readonly signature?: string;
  /** Who signed, where the signature says so. */
  readonly name?: string;
}

/**
 * Verifies that the artifact with a digest is signed.
 *
 * @throws OciError with the `OCI_SIGNATURE_` codes; the reason of the signal
 */
export async function verifyArtifact(
  repository: OciRepository,
  digest: string,
  verification: OciVerification,
  signal?: AbortSignal,
): Promise<OciSigner> {
  const { verifyCosign, verifyNotation } = await import('@gitops-toolkit/oci/verify');
  const call = { digest, ...(signal ? { signal } : {}) };
  if (verification.provider === 'cosign') {
    const { signature, identity } = await verifyCosign(repository, { ...verification, ...call });
    return { signature, ...(identity && { name: identity.subject }) };
  }
  const reference = `${repository.registry}/${repository.name}`;
  const { signature, signer } = await verifyNotation(repository, { ...verification, ...call, reference });
  return { ...(signature !== undefined && { signature }), ...(signer !== undefined && { name: signer }) };
}
