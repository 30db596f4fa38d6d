import { X509Certificate } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';

import { invalid } from '../read.ts';
import type { Authority } from './candidate.ts';
import { identityCheck } from './identity.ts';
import type { CosignKeyless } from './options.ts';
import { trustMaterial } from './trusted-root.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * Certificates of the trusted root: chain, proof that the certificate was logged, entry of the transparency log, a signed
 * time within the certificate's validity, and the identity.
 */
export async function keylessAuthority(options: CosignKeyless): Promise<Authority> {
  const { toSignedEntity, Verifier } = await import('@sigstore/verify');
  const checkIdentity = await identityCheck(options);
  const verifier = new Verifier(await trustMaterial(options.trustedRoot), {
    tlogThreshold: 1,
    ctlogThreshold: 1,
    timestampThreshold: 1,
  });
  return async (signed) => {
    const bundle = await signed.bundle();
    checkUse(bundle);
    let signer;
    try {
      signer = verifier.verify(toSignedEntity(bundle, signed.artifact));
    } catch (error) {
      throw invalid(
        `The keyless signature does not verify: ${error instanceof Error ? error.message : ''}`,
        error,
      );
    }
    const issuer = signer.identity?.extensions?.issuer;
    const subject = signer.identity?.subjectAlternativeName;
    if (issuer === undefined || subject === undefined)
      throw invalid('The certificate of the signature has no issuer or subject');
    checkIdentity({ issuer, subject });
    return { issuer, subject };
  };
}

/** A certificate for something else, such as a server, is no signer's. */
function checkUse(bundle: Bundle): void {
  const { content } = bundle.verificationMaterial;
  const bytes =
    content.$case === 'certificate'
      ? content.certificate.rawBytes
      : content.$case === 'x509CertificateChain'
        ? content.x509CertificateChain.certificates[0]?.rawBytes
        : undefined;
  if (bytes === undefined) throw invalid('The signature was made by a key, not by a certificate');
  let uses: readonly string[] | undefined;
  try {
    uses = new X509Certificate(bytes).keyUsage;
  } catch (error) {
    throw invalid('The certificate of the signature cannot be read', error);
  }
  if (!uses?.includes(CODE_SIGNING))
    throw invalid('The certificate of the signature is not for signing code');
}
