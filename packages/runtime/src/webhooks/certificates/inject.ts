import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../../errors.ts';

/** An object of the cluster that says where a webhook is, and which authority to trust. */
export interface InjectionTarget {
  readonly kind:
    | 'CustomResourceDefinition'
    | 'MutatingWebhookConfiguration'
    | 'ValidatingWebhookConfiguration';
  readonly name: string;
}

const FIELD_MANAGER = 'webhook-certificates';

const API_VERSIONS = {
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
} as const;

/**
 * Makes the server trust authorities where a target's webhooks are concerned. Nothing else of the target is touched, and
 * nothing at all where it does so already.
 *
 * @param bundle certificates in PEM
 * @returns whether there is such a target
 */
export async function injectBundle(
  client: KubeClient,
  { kind, name }: InjectionTarget,
  bundle: string,
  signal: AbortSignal,
): Promise<boolean> {
  const ref = { apiVersion: API_VERSIONS[kind], kind, name };
  const target = await client.find(ref, { signal });
  if (!target) return false;
  const caBundle = Buffer.from(bundle).toString('base64');
  const part =
    kind === 'CustomResourceDefinition' ? conversionPart(target, caBundle) : webhooksPart(target, caBundle);
  if (!part) return true;
  const { apiVersion } = ref;
  // The uid keeps a target that is deleted meanwhile from being created again with nothing in it.
  const { uid } = target.metadata;
  const metadata = { name, ...(uid !== undefined && { uid }) };
  const write = { fieldManager: FIELD_MANAGER, force: true, signal };
  await client.apply({ apiVersion, kind, metadata, ...part }, write);
  return true;
}

/** All of its webhooks, for a list is given up where it is not named; `undefined` where nothing is to be done. */
function webhooksPart(target: KubeObject, caBundle: string): Record<string, unknown> | undefined {
  const webhooks =
    (target['webhooks'] as { name: string; clientConfig: { caBundle?: string } }[] | undefined) ?? [];
  if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return undefined;
  return { webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })) };
}

function conversionPart(target: KubeObject, caBundle: string): Record<string, unknown> | undefined {
  const webhook = getOwn(getOwn(target['spec'], 'conversion'), 'webhook');
  const clientConfig = getOwn(webhook, 'clientConfig');
  if (!isRecord(clientConfig)) {
    const message = `CustomResourceDefinition/${target.metadata.name} has no conversion webhook`;
    throw new RuntimeError('RUNTIME_OPTION_INVALID', message, {
      hint: 'set spec.conversion.webhook, or leave it out of inject',
    });
  }
  if (clientConfig['caBundle'] === caBundle) return undefined;
  return { spec: { conversion: { webhook: { clientConfig: { caBundle } } } } };
}
