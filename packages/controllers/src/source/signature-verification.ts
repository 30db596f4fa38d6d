import { readSecret, type SecretData } from '@gitops-toolkit/runtime';
import type { OciVerification } from '@gitops-toolkit/source/oci';
import { ControllersError } from '../errors.ts';
import type { SecretReader } from './source-access.ts';

/** `spec.verify` of the kinds whose artifacts are in registries. */
export interface SignatureSpec {
  readonly provider: 'cosign' | 'notation';
  readonly secretRef?: { readonly name: string };
  readonly matchOIDCIdentity?: readonly { readonly issuer: string; readonly subject: string }[];
  readonly trustedRootSecretRef?: { readonly name: string };
}

/** Where the Sigstore root of keyless signatures comes from. */
export interface TrustedRootOptions {
  readonly trustedRoot?: (() => Promise<unknown>) | undefined;
  readonly rootField?: string;
}

/** How a failure names the way of verifying, as Flux does: `cosign`, `cosign keyless` or `notation`. */
export function verificationName({ provider, secretRef }: SignatureSpec): string {
  return provider === 'cosign' && !secretRef ? 'cosign keyless' : provider;
}

/**
 * What `spec.verify` asks for, with the keys and roots in its secrets.
 *
 * @param options.trustedRoot the Sigstore root where the spec names none
 * @param options.rootField the field that a root can be named in, where the kind has one
 * @throws ControllersError `CONTROLLERS_SECRET_INVALID`, `CONTROLLERS_SPEC_INVALID`; what reading Secrets throws
 */
export async function readVerification(
  verify: SignatureSpec,
  { object, client, signal }: SecretReader,
  { trustedRoot, rootField }: TrustedRootOptions = {},
): Promise<OciVerification> {
  const read = (ref: { name: string }): Promise<SecretData> =>
    readSecret(client, { namespace: object.metadata.namespace ?? '', name: ref.name }, signal);
  if (verify.provider === 'notation') {
    if (verify.secretRef) return notationOf(await read(verify.secretRef));
    throw new ControllersError('CONTROLLERS_SPEC_INVALID', 'spec.verify.secretRef: notation needs a secret', {
      hint: 'Name one with trustpolicy.json, and certificates under *.crt or *.pem.',
    });
  }
  if (verify.secretRef) return { provider: 'cosign', keys: keysIn(await read(verify.secretRef), ['.pub']) };
  const ref = verify.trustedRootSecretRef;
  const root = ref ? rootIn(await read(ref)) : await trustedRoot?.();
  if (root === undefined) throw noTrustedRoot(rootField);
  // Flux, and so what is in clusters, lets a pattern match any part.
  const keyless = { trustedRoot: root, identities: verify.matchOIDCIdentity ?? [], match: 'part' } as const;
  return { provider: 'cosign', keyless };
}

function noTrustedRoot(field: string | undefined): ControllersError {
  const give = field === undefined ? 'Give' : `Name a secret with trusted_root.json in ${field}, or give`;
  return new ControllersError(
    'CONTROLLERS_SPEC_INVALID',
    'spec.verify: keyless signatures need a trusted root',
    { hint: `${give} the controller one for all objects: --sigstore-trusted-root, the option trustedRoot.` },
  );
}

function notationOf(secret: SecretData): OciVerification {
  const trustPolicy = secret.text('trustpolicy.json');
  if (trustPolicy === undefined) throw missing(secret, "no key 'trustpolicy.json'");
  return {
    provider: 'notation',
    trustPolicy,
    certificates: { '*': keysIn(secret, ['.crt', '.pem']) },
  };
}

function rootIn(secret: SecretData): string {
  const root = secret.text('trusted_root.json');
  if (root === undefined) throw missing(secret, "no key 'trusted_root.json'");
  return root;
}

function keysIn(secret: SecretData, endings: readonly string[]): Uint8Array[] {
  const found = secret.keys
    .filter((key) => endings.some((ending) => key.endsWith(ending)))
    .flatMap((key) => secret.bytes(key) ?? []);
  if (found.length > 0) return found;
  throw missing(secret, `nothing under ${endings.map((ending) => `*${ending}`).join(' or ')}`);
}

function missing(secret: SecretData, what: string): ControllersError {
  return new ControllersError('CONTROLLERS_SECRET_INVALID', `secret '${secret.name}' has ${what}`, {
    hint: 'spec.verify says what it is read for.',
    retry: 'backoff',
  });
}
