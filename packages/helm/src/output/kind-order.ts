import type { Dialect } from '../dialect.ts';

/** What is there before what needs it. */
const INSTALL = words(`
  PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget
  ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim
  CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList
  RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment
  HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService
`);

/** Webhooks have a place of their own since Helm 4. */
const WEBHOOKS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** Kinds in the order in which they are installed; others come after them, by their names. */
export const INSTALL_ORDER: Readonly<Record<Dialect, readonly string[]>> = {
  v3: INSTALL,
  v4: [...INSTALL, ...WEBHOOKS],
};

/** Items by their kinds; those of one kind, and those without a place of one name, stay in their order. */
export function sortByKind<T extends { readonly kind: string }>(
  items: readonly T[],
  order: readonly string[],
): T[] {
  const places = new Map(order.map((kind, i) => [kind, i]));
  return items.toSorted((a, b) => {
    const [first, second] = [places.get(a.kind), places.get(b.kind)];
    if (first !== undefined && second !== undefined) return first - second;
    if (first !== undefined || second !== undefined) return first === undefined ? 1 : -1;
    return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
  });
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
