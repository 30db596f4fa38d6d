import { isRecord } from '@gitops-toolkit/core';

import { OciError } from '../../errors.ts';
import { resolveLimits } from '../limits.ts';
import {
  badPolicy,
  invalid,
  parseRecord,
  readAttached,
  type Reader,
  readManifest,
  readReferrers,
} from '../read.ts';
import type { SignatureDescriptor, SignatureSource } from '../signature-source.ts';
import { checkChain, checkValidity, oneLine, revocable } from './chain.ts';
import { parseCose } from './envelope-cose.ts';
import { parseJws } from './envelope-jws.ts';
import { checkIntegrity, type Envelope } from './envelope.ts';
import type {
  NotationCheck,
  NotationOptions,
  NotationResult,
  NotationWarning,
  TargetArtifact,
} from './options.ts';
import { type PolicyStatement, selectStatement } from './trust-policy.ts';
import { checkIdentity } from './trusted-identity.ts';
import { checkTrust } from './trust-store.ts';

const SIGNATURE_TYPE = 'application/vnd.cncf.notary.signature';
const ENVELOPES: Readonly<Record<string, (content: Buffer) => Envelope>> = {
  'application/jose+json': parseJws,
  'application/cose': parseCose,
};

/**
 * Verifies that an artifact has a signature by Notation that its trust policy accepts. One that does suffices; no signature is a
 * failure at every level but `skip`.
 *
 * Revocation is not asked for: a certificate that names a CRL or OCSP responder fails where the policy enforces revocation.
 * Countersignatures of timestamp authorities are not read: certificates of `notary.x509` have to be valid now.
 *
 * Throws `OciError`: `OCI_SIGNATURE_MISSING`, `OCI_SIGNATURE_INVALID`, `OCI_SIGNATURE_IDENTITY`, `OCI_SIGNATURE_LIMIT`,
 * `OCI_SIGNATURE_POLICY`, `OCI_SIGNATURE_REVOCATION`, and `OCI_SIGNATURE_LOOKUP_FAILED` (retried) where the registry fails.
 *
 * Formats: the Notary Project's signature-specification and trust-store-trust-policy.
 */
export async function verifyNotation(
  source: SignatureSource,
  options: NotationOptions,
): Promise<NotationResult> {
  const { digest, signal } = options;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw badPolicy(`${digest} is no sha256 digest`);
  const statement = selectStatement(options.trustPolicy, options.reference);
  if (statement.level === 'skip') return { policy: statement.name, skipped: true, warnings: [] };
  const reader: Reader = { source, limits: resolveLimits(options.limits), signal };
  const referrers = await readReferrers(reader, digest, SIGNATURE_TYPE);
  if (referrers.length === 0) {
    throw new OciError('OCI_SIGNATURE_MISSING', `${digest} has no signature of Notation`, {
      retry: 'backoff',
      hint: 'Sign it with `notation sign`.',
    });
  }
  const target = await readTarget(reader, digest);
  const failures: OciError[] = [];
  for (const referrer of referrers) {
    signal?.throwIfAborted();
    try {
      return await verifyOne(reader, referrer, target, statement, options);
    } catch (error) {
      const isVerdict =
        error instanceof OciError &&
        error.code !== 'OCI_SIGNATURE_LOOKUP_FAILED' &&
        error.code !== 'OCI_SIGNATURE_POLICY';
      if (!isVerdict) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  throw new OciError(
    first?.code ?? 'OCI_SIGNATURE_INVALID',
    `None of ${failures.length} signatures of ${digest} verifies: ${first?.message}`,
    {
      cause: failures.length > 1 ? new AggregateError(failures) : first,
      ...(first?.hint !== undefined && { hint: first.hint }),
    },
  );
}

async function readTarget(reader: Reader, digest: string): Promise<TargetArtifact> {
  if (!(await readManifest(reader, digest))) throw invalid(`The artifact ${digest} cannot be found`);
  const { descriptor, bytes } = await reader.source.manifest(
    digest,
    reader.signal ? { signal: reader.signal } : {},
  );
  return { mediaType: descriptor.mediaType, digest, size: bytes.length };
}

async function verifyOne(
  reader: Reader,
  referrer: SignatureDescriptor,
  target: TargetArtifact,
  statement: PolicyStatement,
  options: NotationOptions,
): Promise<NotationResult> {
  const { layer, content } = await readAttached(reader, target.digest, referrer);
  const parse = Object.hasOwn(ENVELOPES, layer.mediaType) ? ENVELOPES[layer.mediaType] : undefined;
  if (!parse) throw invalid(`The signature has an envelope of the type ${layer.mediaType}`);
  const envelope = parse(content);
  checkIntegrity(envelope);
  checkChain(envelope.chain);
  checkTarget(envelope, target);
  return {
    policy: statement.name,
    skipped: false,
    signature: referrer.digest,
    signer: oneLine(envelope.chain[0]?.subject ?? ''),
    warnings: checkPolicy(envelope, statement, options),
  };
}

function checkTarget({ payload }: Envelope, target: TargetArtifact): void {
  const { targetArtifact: signed } = parseRecord(payload, 'payload of the signature');
  if (
    !isRecord(signed) ||
    signed['digest'] !== target.digest ||
    signed['size'] !== target.size ||
    signed['mediaType'] !== target.mediaType
  ) {
    throw invalid(`The signature is of another artifact than ${target.digest}`);
  }
}

/** The checks whose failure the policy may want logged only. */
function checkPolicy(
  envelope: Envelope,
  { actions, trustStores, trustedIdentities }: PolicyStatement,
  options: NotationOptions,
): readonly NotationWarning[] {
  const { chain, scheme, signingTime, expiry } = envelope;
  const now = (options.now ?? Date.now)();
  const checks: Readonly<Partial<Record<NotationCheck, () => void>>> = {
    authenticity: () => {
      checkTrust(trustStores, options.certificates, envelope);
      if (chain[0]) checkIdentity(trustedIdentities, chain[0]);
    },
    expiry: () => {
      if (expiry !== undefined && now >= expiry)
        throw invalid(`The signature expired at ${new Date(expiry).toISOString()}`);
    },
    // The signer's own clock proves nothing: without an authority, only now counts.
    authenticTimestamp: () => checkValidity(chain, scheme === 'notary.x509' ? now : signingTime),
    revocation: () => checkRevocation(envelope),
  };
  const warnings: NotationWarning[] = [];
  for (const [check, run] of Object.entries(checks) as [NotationCheck, () => void][]) {
    if (actions[check] === 'skip') continue;
    try {
      run();
    } catch (error) {
      const isLogged =
        actions[check] === 'log' && error instanceof OciError && error.code !== 'OCI_SIGNATURE_POLICY';
      if (!isLogged) throw error;
      warnings.push({ check, message: error.message });
    }
  }
  return warnings;
}

function checkRevocation({ chain }: Envelope): void {
  const certificate = revocable(chain);
  if (!certificate) return;
  throw new OciError(
    'OCI_SIGNATURE_REVOCATION',
    `Whether ${oneLine(certificate.subject)} was revoked cannot be found out`,
    {
      hint: 'Its CRL or OCSP responder is not asked. Override "revocation" with "log" or "skip" in the trust policy to accept that.',
    },
  );
}
