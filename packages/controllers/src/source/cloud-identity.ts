import type {
  IdentityOptions,
  InvolvedObject,
  ServiceAccountIdentity,
  TokenCache,
} from '@gitops-toolkit/auth';
import { getOwn, type KubeObject } from '@gitops-toolkit/core';
import type { HttpClient } from '@gitops-toolkit/core/http';
import type { KubeClient } from '@gitops-toolkit/kube';
import { unsupportedField } from '../unsupported-field.ts';

/** What cloud identities of sources are made with. */
export interface CloudIdentityOptions {
  readonly http: HttpClient;
  /** Keeps tokens between runs. */
  readonly tokens?: TokenCache;
  /** Whether an object may name a service account whose identity it has. @default false, as Flux's gate */
  readonly objectLevelWorkloadIdentity?: boolean;
  /** The account of objects that name none, where they may: `--default-service-account`. @default this program's identity */
  readonly defaultServiceAccount?: string;
}

/** The identity that an object's requests have at a cloud: that of the service account that its spec names, or this program's. */
export async function identityOf(
  object: KubeObject,
  client: KubeClient,
  options: CloudIdentityOptions & { readonly signal: AbortSignal },
): Promise<IdentityOptions> {
  const { http, tokens, objectLevelWorkloadIdentity = false, defaultServiceAccount, signal } = options;
  const byDefault = objectLevelWorkloadIdentity ? defaultServiceAccount : undefined;
  const name = getOwn(object['spec'], 'serviceAccountName') ?? byDefault;
  const common = { http, signal, involved: involvedObject(object), ...(tokens && { cache: tokens }) };
  if (typeof name !== 'string') return common;
  if (!objectLevelWorkloadIdentity)
    throw unsupportedField('spec.serviceAccountName', 'the feature gate ObjectLevelWorkloadIdentity is off');
  const namespace = object.metadata.namespace ?? '';
  return { ...common, serviceAccount: await serviceAccountIdentity(client, { namespace, name }, signal) };
}

/** A service account with its annotations, and tokens that the API server makes for it. */
export async function serviceAccountIdentity(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<ServiceAccountIdentity> {
  const account = await client.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name }, { signal });
  return {
    namespace,
    name,
    annotations: account.metadata.annotations ?? {},
    async token(audience, tokenSignal) {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
      const answer = await client.request<{ status: { token: string } }>('POST', path, {
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { audiences: [audience] },
        },
        ...(tokenSignal ? { signal: tokenSignal } : {}),
      });
      return answer.status.token;
    },
  };
}

function involvedObject({ kind, metadata }: KubeObject): InvolvedObject {
  return { kind, name: metadata.name ?? '', namespace: metadata.namespace ?? '', operation: 'reconcile' };
}
