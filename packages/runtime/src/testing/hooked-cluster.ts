import type { KubeObject } from '@gitops-toolkit/core';
import { isNoMatch, isNotFound, type KubeClient } from '@gitops-toolkit/kube';

import { eventually } from './test-cluster.ts';

const ADMISSION = 'admissionregistration.k8s.io/v1';

/** One webhook of a configuration. */
export interface HookOptions {
  readonly url: string;
  /** Only objects of this namespace. */
  readonly namespace: string;
  /** @default CREATE and UPDATE of `configmaps` */
  readonly rules?: readonly Record<string, unknown>[];
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly timeoutSeconds?: number;
  readonly sideEffects?: 'None' | 'NoneOnDryRun';
  readonly caBundle?: string;
}

const MAPS = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: ['configmaps'],
};

/** A configuration of one webhook, for objects of one namespace. */
export function hookConfiguration(
  kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration',
  name: string,
  { caBundle, namespace, rules = [MAPS], url, ...options }: HookOptions,
): KubeObject {
  const webhook = {
    name: `${name}.example.com`,
    clientConfig: {
      url,
      ...(caBundle !== undefined && { caBundle: Buffer.from(caBundle).toString('base64') }),
    },
    rules,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 5,
    ...options,
  };
  return { apiVersion: ADMISSION, kind, metadata: { name }, webhooks: [webhook] };
}

/** A kind of two versions, of which `v1` is stored, whose objects a webhook converts. */
export function twoVersions(group: string, url: string): KubeObject {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = (name: string, storage: boolean): Record<string, unknown> => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: schema },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `sites.${group}` },
    spec: {
      group,
      names: { kind: 'Site', listKind: 'SiteList', plural: 'sites', singular: 'site' },
      scope: 'Namespaced',
      versions: [version('v1', true), version('v2', false)],
      conversion: {
        strategy: 'Webhook',
        webhook: { conversionReviewVersions: ['v1'], clientConfig: { url } },
      },
    },
  };
}

/** Waits until a kind is served. */
export async function untilServed(client: KubeClient, apiVersion: string, namespace: string): Promise<void> {
  await eventually(async () => {
    try {
      await client.list({ apiVersion, kind: 'Site' }, { namespace });
      return true;
    } catch (error) {
      if (!isNoMatch(error) && !isNotFound(error)) throw error;
      client.mapper.invalidate();
      return false;
    }
  }, `${apiVersion} is served`);
}
