import type { Gvk } from '../accumulate/gvk.ts';

/**
 * The kinds of Kubernetes 1.21, the only version whose lists kustomize knows how to merge. Lists of any
 * other kind, built in or not, are replaced as a whole.
 */
const KNOWN: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/v1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1beta1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiextensions.k8s.io/v1beta1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService',
  'apiregistration.k8s.io/v1beta1': 'APIService',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'authentication.k8s.io/v1': 'TokenRequest TokenReview',
  'authentication.k8s.io/v1beta1': 'TokenReview',
  'authorization.k8s.io/v1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'authorization.k8s.io/v1beta1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'autoscaling/v1': 'HorizontalPodAutoscaler Scale',
  'autoscaling/v2beta1': 'HorizontalPodAutoscaler',
  'autoscaling/v2beta2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job',
  'batch/v1beta1': 'CronJob',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'certificates.k8s.io/v1beta1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1': 'Lease',
  'coordination.k8s.io/v1beta1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'discovery.k8s.io/v1beta1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'events.k8s.io/v1beta1': 'Event',
  'extensions/v1beta1': 'Ingress',
  'flowcontrol.apiserver.k8s.io/v1beta1': 'FlowSchema PriorityLevelConfiguration',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'networking.k8s.io/v1beta1': 'Ingress IngressClass',
  'node.k8s.io/v1': 'RuntimeClass',
  'node.k8s.io/v1beta1': 'RuntimeClass',
  'policy/v1': 'PodDisruptionBudget',
  'policy/v1beta1': 'Eviction PodDisruptionBudget PodSecurityPolicy',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'rbac.authorization.k8s.io/v1beta1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'scheduling.k8s.io/v1beta1': 'PriorityClass',
  'storage.k8s.io/v1': 'CSIDriver CSINode StorageClass VolumeAttachment',
  'storage.k8s.io/v1beta1': 'CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment',
  v1: 'APIGroup APIVersions Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount Status',
};

const known = new Map(
  Object.entries(KNOWN).map(([apiVersion, kinds]) => [apiVersion, new Set(kinds.split(' '))]),
);

/** Versions that today's API server has no more, and where their kinds' fields live on. */
const MOVED: Readonly<Record<string, { readonly group: string; readonly version: string }>> = {
  'autoscaling/v2beta1': { group: 'autoscaling', version: 'v2' },
  'autoscaling/v2beta2': { group: 'autoscaling', version: 'v2' },
  'extensions/v1beta1': { group: 'networking.k8s.io', version: 'v1' },
};

/** Fields of known kinds that came after 1.21; their lists are replaced as those of unknown kinds. */
export const LATER_FIELDS: ReadonlySet<string> = new Set([
  'allocatedResourcesStatus',
  'hostIPs',
  'matchConditions',
  'resourceClaims',
  'resourceClaimStatuses',
  'schedulingGates',
  'x-kubernetes-validations',
]);

/** Where to look for the schemas of a kind, best first; nothing for a kind that kustomize does not know. */
export function schemaCandidates(gvk: Gvk): readonly Gvk[] {
  const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
  if (!known.get(apiVersion)?.has(gvk.kind)) return [];
  return [
    gvk,
    { ...gvk, ...(MOVED[apiVersion] ?? { version: 'v1' }) },
    // What is left of a kind that is gone: the metadata that all have.
    { group: '', version: 'v1', kind: 'ConfigMap' },
  ];
}
