import { getOwn, type KubeObject, type ObjectRef } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';

/** Decoded entries of a Secret, by key. */
export interface SecretData {
  /** The Secret's name, for messages. */
  readonly name: string;
  /** The entry as bytes, or `undefined`. */
  bytes(key: string): Uint8Array | undefined;
  /** The entry as text, or `undefined`. */
  text(key: string): string | undefined;
  readonly keys: readonly string[];
}

/**
 * Reads a Secret from the server: Secrets are not for caches.
 *
 * @throws RuntimeError `RUNTIME_SECRET_INVALID` where there is none; a retry may find it. KubeError where it may not be read.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { basicAuthOf, readSecret } from '@gitops-toolkit/runtime';
 *
 * const client = new KubeClient(await loadKubeconfig());
 * const secret = await readSecret(client, { namespace: 'apps', name: 'git' });
 * console.log(basicAuthOf(secret)?.username);
 * ```
 */
export async function readSecret(
  client: Pick<KubeClient, 'find'>,
  name: { readonly namespace: string; readonly name: string },
  signal?: AbortSignal,
): Promise<SecretData> {
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Secret', ...name };
  const secret = await client.find<KubeObject>(ref, signal ? { signal } : {});
  if (secret) return secretData(secret);
  throw new RuntimeError('RUNTIME_SECRET_INVALID', `secrets "${name.name}" not found`, {
    object: ref,
    retry: 'backoff',
    hint: `Create the Secret ${name.namespace}/${name.name}.`,
  });
}

/** The decoded entries of a Secret that was read. */
export function secretData(secret: KubeObject): SecretData {
  const data = (secret['data'] ?? {}) as Record<string, string>;
  const bytes = (key: string): Uint8Array | undefined => {
    const encoded = getOwn(data, key);
    return typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : undefined;
  };
  return {
    name: secret.metadata.name ?? '',
    keys: Object.keys(data),
    bytes,
    text: (key) => {
      const found = bytes(key);
      return found && new TextDecoder().decode(found);
    },
  };
}
