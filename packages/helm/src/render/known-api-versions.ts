import type { Dialect } from '../dialect.ts';

type GroupVersions = readonly (readonly [group: string, versions: string])[];

/** The groups and versions of Kubernetes 1.35's client in the order in which it has them, with those of CRDs at the end. */
const GROUPS: GroupVersions = [
  ['', 'v1'],
  ['admissionregistration.k8s.io', 'v1 v1alpha1 v1beta1'],
  ['internal.apiserver.k8s.io', 'v1alpha1'],
  ['apps', 'v1 v1beta1 v1beta2'],
  ['authentication.k8s.io', 'v1 v1alpha1 v1beta1'],
  ['authorization.k8s.io', 'v1 v1beta1'],
  ['autoscaling', 'v1 v2 v2beta1 v2beta2'],
  ['batch', 'v1 v1beta1'],
  ['certificates.k8s.io', 'v1 v1beta1 v1alpha1'],
  ['coordination.k8s.io', 'v1alpha2 v1beta1 v1'],
  ['discovery.k8s.io', 'v1 v1beta1'],
  ['events.k8s.io', 'v1 v1beta1'],
  ['extensions', 'v1beta1'],
  ['flowcontrol.apiserver.k8s.io', 'v1 v1beta1 v1beta2 v1beta3'],
  ['networking.k8s.io', 'v1 v1beta1'],
  ['node.k8s.io', 'v1 v1alpha1 v1beta1'],
  ['policy', 'v1 v1beta1'],
  ['rbac.authorization.k8s.io', 'v1 v1beta1 v1alpha1'],
  ['resource.k8s.io', 'v1 v1beta2 v1beta1 v1alpha3'],
  ['scheduling.k8s.io', 'v1alpha1 v1beta1 v1'],
  ['storage.k8s.io', 'v1beta1 v1 v1alpha1'],
  ['storagemigration.k8s.io', 'v1beta1'],
  ['apiextensions.k8s.io', 'v1beta1 v1'],
];

/** What is other in the client of Kubernetes 1.36. */
const CHANGES: Readonly<Record<string, string>> = {
  autoscaling: 'v1 v2',
  'scheduling.k8s.io': 'v1alpha2 v1beta1 v1',
};

function names(changes: Readonly<Record<string, string>>): string[] {
  return GROUPS.flatMap(([group, versions]) =>
    (changes[group] ?? versions)
      .split(' ')
      .map((version) => (group === '' ? version : `${group}/${version}`)),
  );
}

/** What `.Capabilities.APIVersions` has where no cluster is asked: all that the client of the dialect's Helm knows. */
export const KNOWN_API_VERSIONS: Readonly<Record<Dialect, readonly string[]>> = {
  v3: names({}),
  v4: names(CHANGES),
};
