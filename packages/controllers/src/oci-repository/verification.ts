import type { OCIRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { conditions, readSecret, type SecretData } from '@gitops-toolkit/runtime';
import type { OciVerification } from '@gitops-toolkit/source/oci';
import { ControllersError } from '../errors.ts';
import type { OciRepositoryOptions } from './options.ts';

/** Whether the artifact that is stored was verified as the spec asks. */
export function isVerified(object: OCIRepository): boolean {
  if (!object.spec.verify) return true;
  const verified = conditions.get(object, 'SourceVerified');
  return verified?.status === 'True' && verified.observedGeneration === object.metadata.generation;
}

/** How a failure names the way of verifying, as Flux does: `cosign`, `cosign keyless` or `notation`. */
export function verificationName({ spec: { verify } }: OCIRepository): string {
  const { provider = 'cosign', secretRef } = verify ?? {};
  return provider === 'cosign' && !secretRef ? 'cosign keyless' : provider;
}

/**
 * What `spec.verify` asks for; `undefined` without one.
 *
 * @throws ControllersError `CONTROLLERS_SECRET_INVALID`, `CONTROLLERS_SPEC_INVALID`; what reading Secrets throws
 */
export async function readVerification(
  object: OCIRepository,
  client: KubeClient,
  options: Pick<OciRepositoryOptions, 'trustedRoot'> & { readonly signal: AbortSignal },
): Promise<OciVerification | undefined> {
  const { verify } = object.spec;
  if (!verify) return undefined;
  const read = (ref: { name: string }): Promise<SecretData> =>
    readSecret(client, { namespace: object.metadata.namespace ?? '', name: ref.name }, options.signal);
  if (verify.provider === 'notation') {
    if (verify.secretRef) return notationOf(await read(verify.secretRef));
    throw new ControllersError('CONTROLLERS_SPEC_INVALID', 'spec.verify.secretRef: notation needs a secret', {
      hint: 'Name one with trustpolicy.json, and certificates under *.crt or *.pem.',
    });
  }
  if (verify.secretRef) return { provider: 'cosign', keys: keysIn(await read(verify.secretRef), ['.pub']) };
  const ref = verify.trustedRootSecretRef;
  const trustedRoot = ref ? rootIn(await read(ref)) : await options.trustedRoot?.();
  if (trustedRoot === undefined) {
    throw new ControllersError(
      'CONTROLLERS_SPEC_INVALID',
      'spec.verify: keyless signatures need a trusted root',
      { hint: 'Name a secret with trusted_root.json in spec.verify.trustedRootSecretRef.' },
    );
  }
  // Flux, and so what is in clusters, lets a pattern match any part.
  const keyless = { trustedRoot, identities: verify.matchOIDCIdentity ?? [], match: 'part' } as const;
  return { provider: 'cosign', keyless };
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
