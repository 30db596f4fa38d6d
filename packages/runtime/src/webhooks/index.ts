/**
 * Webhooks: what the API server asks before it writes an object, and when it needs it in another version.
 *
 * A *validator* looks at a request and may {@link deny} it, or name fields that are {@link invalid}; a *mutator* changes
 * `request.object`; a *converter* makes of an object the same in another version. {@link webhooks} serves them over TLS,
 * with certificates of its own making ({@link managedCertificates}) or from files ({@link certificateFiles}). Give them to
 * a manager as `webhooks`: it serves them before it fills its caches, which may need conversions.
 *
 * ```ts no-run
 * import { type KubeObject } from '@gitops-toolkit/core';
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { kindOf, manager, terminationSignal } from '@gitops-toolkit/runtime';
 * import { invalid, managedCertificates, webhooks } from '@gitops-toolkit/runtime/webhooks';
 *
 * const Site = kindOf<KubeObject & { spec: { domain: string; replicas?: number } }>('web.example.com/v1', 'Site');
 * const client = new KubeClient(await loadKubeconfig());
 * const certificates = managedCertificates({
 *   client,
 *   secret: { namespace: 'web', name: 'site-webhooks' },
 *   hosts: ['site-webhooks.web.svc'],
 *   inject: [
 *     { kind: 'MutatingWebhookConfiguration', name: 'sites' },
 *     { kind: 'ValidatingWebhookConfiguration', name: 'sites' },
 *   ],
 * });
 * const hooks = webhooks({ port: 9443, certificates })
 *   .mutate(Site, ({ object }) => {
 *     object.spec.replicas ??= 2;
 *   })
 *   .validate(Site, ({ object, old, warn }) => {
 *     if (old && old.spec.domain !== object.spec.domain) return invalid([{ field: 'spec.domain', message: 'cannot change' }]);
 *     if (object.spec.replicas === 1) warn('a single replica is down while it is updated');
 *     return undefined;
 *   });
 * await manager({ name: 'sites', client, webhooks: hooks }).run(terminationSignal());
 * ```
 *
 * @module
 */
export type { AdmissionRequest, AdmissionUser, Mutator, Validator } from './admission-request.ts';
export { certificateFiles, type CertificateFilesOptions } from './certificates/certificate-files.ts';
export type { SecretName } from './certificates/certificate-secret.ts';
export type {
  CertificateEnvironment,
  CertificateSource,
  OpenCertificates,
} from './certificates/certificate-source.ts';
export type { InjectionTarget } from './certificates/inject.ts';
export { managedCertificates, type ManagedCertificatesOptions } from './certificates/managed-certificates.ts';
export { type Converter, type Spoke, throughHub } from './conversion.ts';
export { Denial, type DenialOptions, deny, type FieldProblem, invalid } from './decision.ts';
export { webhookPath } from './webhook-paths.ts';
export {
  type WebhookOptions,
  type Webhooks,
  type WebhooksEnvironment,
  webhooks,
  type WebhooksOptions,
} from './webhooks.ts';
