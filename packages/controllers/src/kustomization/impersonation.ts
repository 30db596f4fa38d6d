import type { Kustomization } from '@gitops-toolkit/api';
import { KubeClient, parseKubeconfig } from '@gitops-toolkit/kube';
import { readSecret } from '@gitops-toolkit/runtime';
import { ControllersError } from '../errors.ts';
import { unsupportedField } from '../unsupported-field.ts';

/** A client, and whether it is the caller's to close. */
export interface ApplyClient extends AsyncDisposable {
  readonly client: KubeClient;
}

/**
 * The client that a Kustomization's objects are applied with: that of the cluster in `kubeConfig`, as the user of
 * `serviceAccountName`, or the controller's own.
 */
export async function clientFor(
  object: Kustomization,
  own: KubeClient,
  options: { readonly defaultServiceAccount?: string; readonly signal: AbortSignal },
): Promise<ApplyClient> {
  const remote = await remoteClient(object, own, options.signal);
  const serviceAccount = object.spec.serviceAccountName ?? (remote ? '' : options.defaultServiceAccount);
  const base = remote ?? own;
  const client = serviceAccount
    ? base.impersonate({ user: `system:serviceaccount:${object.metadata.namespace}:${serviceAccount}` })
    : base;
  return { client, [Symbol.asyncDispose]: async () => remote?.[Symbol.asyncDispose]() };
}

/** The client of the kubeconfig in a Secret, which is a tenant's word: nothing in it may run or read a file here. */
async function remoteClient(
  object: Kustomization,
  own: KubeClient,
  signal: AbortSignal,
): Promise<KubeClient | undefined> {
  const reference = object.spec.kubeConfig;
  if (!reference) return undefined;
  if (!reference.secretRef)
    throw unsupportedField('spec.kubeConfig.configMapRef', 'cloud identities are not supported');
  const { name, key } = reference.secretRef;
  const secret = await readSecret(own, { namespace: object.metadata.namespace ?? '', name }, signal);
  const candidates = key ? [key] : ['value', 'value.yaml'];
  const text = candidates.map((candidate) => secret.text(candidate)).find((found) => found !== undefined);
  if (text === undefined) {
    throw new ControllersError(
      'CONTROLLERS_SECRET_INVALID',
      `secret '${name}' has no key ${candidates.join(' or ')}`,
      {
        hint: 'Put the kubeconfig under that key.',
      },
    );
  }
  return new KubeClient(await parseKubeconfig(text, { allow: 'untrusted' }));
}
