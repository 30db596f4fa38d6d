import { OciError } from '../../errors.ts';
import { resolveLimits } from '../limits.ts';
import { badPolicy, type Reader } from '../read.ts';
import type { SignatureSource } from '../signature-source.ts';
import { findBundles } from './bundle.ts';
import type { Candidate } from './candidate.ts';
import { keyedAuthority } from './keyed.ts';
import { keylessAuthority } from './keyless.ts';
import { findLegacySignatures } from './legacy.ts';
import type { CosignOptions, CosignResult } from './options.ts';
import type { Authority } from './candidate.ts';

/**
 * Verifies that an artifact has a signature by cosign that a key or an identity made. One that verifies suffices; no
 * signature is a failure.
 *
 * Throws `OciError`: `OCI_SIGNATURE_MISSING`, `OCI_SIGNATURE_INVALID`, `OCI_SIGNATURE_IDENTITY`, `OCI_SIGNATURE_LIMIT`,
 * `OCI_SIGNATURE_POLICY` for keys, roots or patterns that cannot be used, and `OCI_SIGNATURE_LOOKUP_FAILED` (retried) where
 * the registry fails in any way but "not found".
 *
 * Formats: cosign's SIGNATURE_SPEC and BUNDLE_SPEC; Sigstore's client spec.
 */
export async function verifyCosign(source: SignatureSource, options: CosignOptions): Promise<CosignResult> {
  const { digest, formats = ['bundle', 'legacy'], signal } = options;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw badPolicy(`${digest} is no sha256 digest`);
  if (formats.length === 0) throw badPolicy('No format of signatures is allowed');
  const authority = await authorityOf(options);
  const reader: Reader = { source, limits: resolveLimits(options.limits), signal };
  for (const format of ['bundle', 'legacy'] as const) {
    if (!formats.includes(format)) continue;
    signal?.throwIfAborted();
    const candidates = await (format === 'bundle' ? findBundles : findLegacySignatures)(reader, digest);
    // Bundles that do not verify end it: otherwise who can push could have a weaker format looked at.
    if (candidates.length > 0) return await firstVerified(candidates, authority, digest);
  }
  throw new OciError('OCI_SIGNATURE_MISSING', `${digest} has no cosign signature`, {
    retry: 'backoff',
    hint: `Looked for: ${formats.join(', ')}. Sign it with \`cosign sign\`.`,
  });
}

async function authorityOf({ keys, keyless }: CosignOptions): Promise<Authority> {
  if (keys && keyless) throw badPolicy('Give either keys or keyless, not both');
  if (keyless) return await keylessAuthority(keyless);
  if (keys && keys.length > 0) return keyedAuthority(keys);
  throw badPolicy('Neither a key nor identities to verify with');
}

async function firstVerified(
  candidates: readonly Candidate[],
  authority: Authority,
  digest: string,
): Promise<CosignResult> {
  const failures: OciError[] = [];
  for (const candidate of candidates) {
    try {
      const signed = await candidate.open();
      const identity = await authority(signed);
      signed.checkSubject(digest);
      return { format: candidate.format, signature: candidate.id, ...(identity && { identity }) };
    } catch (error) {
      // A registry that fails is not a signature that fails.
      if (!(error instanceof OciError) || error.code === 'OCI_SIGNATURE_LOOKUP_FAILED') throw error;
      failures.push(error);
    }
  }
  // A wrong identity says more than a signature that does not fit.
  const first = failures.find(({ code }) => code === 'OCI_SIGNATURE_IDENTITY') ?? failures[0];
  throw new OciError(
    first?.code ?? 'OCI_SIGNATURE_INVALID',
    `None of ${failures.length} signatures of ${digest} verifies: ${first?.message}`,
    {
      cause: failures.length > 1 ? new AggregateError(failures) : first,
      ...(first?.hint !== undefined && { hint: first.hint }),
    },
  );
}
