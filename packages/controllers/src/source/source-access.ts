import { basicAuthOf, readSecret, type SecretData, type TlsFiles, tlsFilesOf } from '@gitops-toolkit/runtime';
import type { KubeClient } from '@gitops-toolkit/kube';
import type { KubeObject } from '@gitops-toolkit/core';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';

/** A proxy as a secret names it. */
export interface ProxyAccess {
  /** With a scheme: `http://proxy.example.com:3128`. */
  readonly address: string;
  readonly username?: string;
  readonly password?: string;
}

/** Which secret of an object's own namespace is read, by whom. */
export interface SecretReader {
  readonly object: KubeObject;
  readonly client: Pick<KubeClient, 'find'>;
  readonly signal: AbortSignal;
}

/** Reads what a field like `spec.secretRef` names; `undefined` where the field is not there. */
export async function readReferenced<T>(
  ref: { readonly name: string } | undefined,
  { object, client, signal }: SecretReader,
  read: (secret: SecretData) => T,
): Promise<T | undefined> {
  if (!ref) return undefined;
  try {
    const name = { namespace: object.metadata.namespace ?? '', name: ref.name };
    return read(await readSecret(client, name, signal));
  } catch (cause) {
    signal.throwIfAborted();
    throw new ReconcileFailure('AuthenticationFailed', { cause });
  }
}

/** `spec.certSecretRef`: a secret that is named there must hold something. */
export function certificatesOf(secret: SecretData): TlsFiles {
  const files = tlsFilesOf(secret);
  if (files) return files;
  throw invalid(
    secret,
    'has neither ca.crt nor tls.crt with tls.key',
    'Give ca.crt, or tls.crt and tls.key, or all three.',
  );
}

/** `spec.proxySecretRef`. */
export function proxyOf(secret: SecretData): ProxyAccess {
  const address = secret.text('address')?.trim();
  if (!address) throw invalid(secret, "has no key 'address'", 'A proxy is named as http://host:port.');
  return { address, ...basicAuthOf(secret) };
}

function invalid(secret: SecretData, what: string, hint: string): ControllersError {
  return new ControllersError('CONTROLLERS_SECRET_INVALID', `secret '${secret.name}' ${what}`, {
    hint,
    retry: 'backoff',
  });
}
