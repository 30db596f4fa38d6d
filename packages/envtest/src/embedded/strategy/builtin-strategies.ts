import * as access from './kinds/access.ts';
import * as cluster from './kinds/cluster.ts';
import { configMap, secret } from './kinds/config.ts';
import { customResourceDefinition } from './kinds/custom-resource-definition.ts';
import * as network from './kinds/network.ts';
import * as policies from './kinds/policies.ts';
import { service } from './kinds/service.ts';
import * as storage from './kinds/storage.ts';
import * as workloads from './kinds/workloads.ts';
import type { NameRule } from './names.ts';
import type { Strategy } from './strategy.ts';

/** What is special about kinds, by `group/plural`. */
const KINDS: Readonly<Record<string, Partial<Strategy>>> = {
  '/limitranges': policies.limitRange,
  '/namespaces': cluster.namespace,
  '/nodes': cluster.node,
  '/configmaps': configMap,
  '/secrets': secret,
  '/services': service,
  '/pods': workloads.pod,
  '/podtemplates': workloads.podTemplate,
  '/replicationcontrollers': workloads.replicationController,
  '/endpoints': network.endpoints,
  '/persistentvolumeclaims': storage.persistentVolumeClaim,
  '/persistentvolumes': storage.persistentVolume,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': policies.webhookConfiguration,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': policies.webhookConfiguration,
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinition,
  'apiregistration.k8s.io/apiservices': policies.apiService,
  'apps/daemonsets': workloads.daemonSet,
  'apps/deployments': workloads.deployment,
  'apps/replicasets': workloads.replicaSet,
  'apps/statefulsets': workloads.statefulSet,
  'autoscaling/horizontalpodautoscalers': policies.horizontalPodAutoscaler,
  'batch/cronjobs': workloads.cronJob,
  'batch/jobs': workloads.job,
  'discovery.k8s.io/endpointslices': network.endpointSlice,
  'networking.k8s.io/ingresses': network.ingress,
  'networking.k8s.io/networkpolicies': network.networkPolicy,
  'policy/poddisruptionbudgets': policies.podDisruptionBudget,
  'rbac.authorization.k8s.io/clusterrolebindings': access.clusterRoleBinding,
  'rbac.authorization.k8s.io/clusterroles': access.clusterRole,
  'rbac.authorization.k8s.io/rolebindings': access.roleBinding,
  'rbac.authorization.k8s.io/roles': access.role,
  'scheduling.k8s.io/priorityclasses': policies.priorityClass,
  'storage.k8s.io/csidrivers': storage.csiDriver,
  'storage.k8s.io/storageclasses': storage.storageClass,
};

/** Kinds whose generation the server manages. */
const WITH_GENERATION: ReadonlySet<string> = new Set([
  '/pods',
  '/podtemplates',
  '/replicationcontrollers',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'batch/cronjobs',
  'batch/jobs',
  'discovery.k8s.io/endpointslices',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/networkpolicies',
  'policy/poddisruptionbudgets',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceslices',
  'scheduling.k8s.io/priorityclasses',
]);

/** Kinds that a PUT may create. */
const CREATE_ON_UPDATE: ReadonlySet<string> = new Set([
  'coordination.k8s.io/leasecandidates',
  'node.k8s.io/runtimeclasses',
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'events.k8s.io/events',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
]);

/** Kinds that a PUT without a resource version may not change. */
const CONDITIONAL: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
]);

/** Kinds whose deletion is answered with the object even when it is gone. */
const RETURNS_OBJECT: ReadonlySet<string> = new Set([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

/** Kinds whose updates are not checked as a whole again. */
const CHECKED_ONCE: ReadonlySet<string> = new Set([
  '/nodes',
  '/services',
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'autoscaling/horizontalpodautoscalers',
  'batch/cronjobs',
  'batch/jobs',
  'coordination.k8s.io/leases',
  'networking.k8s.io/ingresses',
  'policy/poddisruptionbudgets',
  'scheduling.k8s.io/priorityclasses',
  'storage.k8s.io/storageclasses',
]);

/** The strategy of a built-in resource. */
export function builtinStrategy(group: string, plural: string, hasStatus: boolean): Strategy {
  const id = `${group}/${plural}`;
  return {
    nameRule: nameRuleOf(group, plural),
    managesGeneration: WITH_GENERATION.has(id),
    hasStatus,
    createOnUpdate: CREATE_ON_UPDATE.has(id),
    unconditionalUpdate: !CONDITIONAL.has(id),
    statusKeepsMetadata: true,
    returnsDeleted: RETURNS_OBJECT.has(id),
    revalidatesMetadata: !CHECKED_ONCE.has(id),
    freeFinalizers: id === 'coordination.k8s.io/leases',
    ...KINDS[id],
  };
}

function nameRuleOf(group: string, plural: string): NameRule {
  if (group === 'rbac.authorization.k8s.io') return 'path-segment';
  if (group === '' && plural === 'namespaces') return 'label';
  return group === '' && plural === 'services' ? 'service' : 'subdomain';
}
