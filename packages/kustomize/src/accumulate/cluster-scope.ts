import type { Gvk } from './gvk.ts';

/**
 * The kinds that kustomize knows to have no namespace: those of Kubernetes 1.21, the only version it was
 * taught. Every other kind, later built-in ones included, counts as namespaced.
 */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  v1: ['ComponentStatus', 'Namespace', 'Node', 'NodeProxyOptions', 'PersistentVolume'],
  'admissionregistration.k8s.io/v1': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'admissionregistration.k8s.io/v1beta1': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'apiextensions.k8s.io/v1beta1': ['CustomResourceDefinition'],
  'apiregistration.k8s.io/v1': ['APIService'],
  'apiregistration.k8s.io/v1beta1': ['APIService'],
  'certificates.k8s.io/v1': ['CertificateSigningRequest'],
  'certificates.k8s.io/v1beta1': ['CertificateSigningRequest'],
  'flowcontrol.apiserver.k8s.io/v1beta1': ['FlowSchema', 'PriorityLevelConfiguration'],
  'networking.k8s.io/v1': ['IngressClass'],
  'networking.k8s.io/v1beta1': ['IngressClass'],
  'node.k8s.io/v1': ['RuntimeClass'],
  'node.k8s.io/v1beta1': ['RuntimeClass'],
  'policy/v1beta1': ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding'],
  'rbac.authorization.k8s.io/v1beta1': ['ClusterRole', 'ClusterRoleBinding'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'scheduling.k8s.io/v1beta1': ['PriorityClass'],
  'storage.k8s.io/v1': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
  'storage.k8s.io/v1beta1': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
};

const known = new Map<string, ReadonlySet<string>>(
  Object.entries(CLUSTER_SCOPED).map(([apiVersion, kinds]) => [apiVersion, new Set(kinds)]),
);

/** The kinds (`apiVersion|kind`) that the build which runs has learned to have no namespace. */
let learned: ReadonlySet<string> | undefined;

/** Whether objects of the kind certainly have no namespace. */
export function isClusterScoped(gvk: Gvk): boolean {
  const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
  return (
    (known.get(apiVersion)?.has(gvk.kind) ?? false) || (learned?.has(`${apiVersion}|${gvk.kind}`) ?? false)
  );
}

/** Adds kinds (`apiVersion|kind`) without namespace, until the build that runs is over. */
export function learnClusterScoped(kinds: ReadonlySet<string>): void {
  learned = learned ? new Set([...learned, ...kinds]) : kinds;
}

/** Runs a build, which waits for nothing and so has what it learns for itself. */
export function forgettingKinds<T>(run: () => T): T {
  const before = learned;
  learned = undefined;
  try {
    return run();
  } finally {
    learned = before;
  }
}
