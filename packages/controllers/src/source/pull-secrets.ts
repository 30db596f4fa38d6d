import type { KubeObject } from '@gitops-toolkit/core';
import { type CredentialStore, dockerConfigCredentials, firstOf } from '@gitops-toolkit/oci';
import { readSecret, type SecretData } from '@gitops-toolkit/runtime';
import { ControllersError } from '../errors.ts';
import type { SecretReader } from './source-access.ts';

/** Where an object names what registries are logged in to with. */
export interface PullSecretRefs {
  readonly secretRef?: { readonly name: string };
  /** The pull secrets of this account count, too. */
  readonly serviceAccountName?: string;
}

/**
 * The credentials in an object's Secret and in the pull secrets of its service account; `undefined` where there are none.
 *
 * @throws ControllersError `CONTROLLERS_SECRET_INVALID`; RuntimeError where one is not there; KubeError
 */
export async function readPullSecrets(
  { secretRef, serviceAccountName }: PullSecretRefs,
  reader: SecretReader,
): Promise<CredentialStore | undefined> {
  const named = secretRef ? [secretRef.name] : [];
  const ofAccount = serviceAccountName ? await pullSecretsOf(serviceAccountName, reader) : [];
  const stores: CredentialStore[] = [];
  for (const name of [...named, ...ofAccount]) stores.push(await storeOf(name, reader));
  return stores.length > 0 ? firstOf(...stores) : undefined;
}

async function pullSecretsOf(name: string, { client, object, signal }: SecretReader): Promise<string[]> {
  const namespace = object.metadata.namespace ?? '';
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name };
  const account = await client.find<KubeObject & { imagePullSecrets?: { name: string }[] }>(ref, { signal });
  if (!account) {
    throw new ControllersError('CONTROLLERS_SECRET_INVALID', `serviceaccounts "${name}" not found`, {
      object: ref,
      retry: 'backoff',
      hint: `Create the ServiceAccount ${namespace}/${name}, or name another in spec.serviceAccountName.`,
    });
  }
  return (account.imagePullSecrets ?? []).map((secret) => secret.name);
}

async function storeOf(name: string, { client, object, signal }: SecretReader): Promise<CredentialStore> {
  const secret = await readSecret(client, { namespace: object.metadata.namespace ?? '', name }, signal);
  return dockerConfigCredentials(dockerConfigOf(secret));
}

function dockerConfigOf(secret: SecretData): string {
  const config = secret.text('.dockerconfigjson');
  if (config !== undefined) return config;
  const old = secret.text('.dockercfg');
  // The older form is what `auths` holds in the newer one.
  if (old !== undefined) return `{"auths":${old}}`;
  throw new ControllersError(
    'CONTROLLERS_SECRET_INVALID',
    `secret '${secret.name}' has no key '.dockerconfigjson'`,
    {
      hint: 'Make it with `kubectl create secret docker-registry`.',
      retry: 'backoff',
    },
  );
}
