import { array, object, optional } from '../builder/containers.ts';
import { boolean, choice, duration, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { KUSTOMIZE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import type {
  Kustomization as KustomizationObject,
  KustomizationSpec,
  KustomizationStatus,
} from '../generated/resource-types.ts';
import {
  lastHandledReconcileAt,
  observedGeneration,
  readyColumns,
  suspend,
} from '../shapes/common-fields.ts';
import { conditions } from '../shapes/condition.ts';
import { resourceInventory, snapshot } from '../shapes/history.ts';
import { kubeConfigReference } from '../shapes/kube-config.ts';
import { commonMetadata, customHealthCheck, image, patch } from '../shapes/overlay.ts';
import {
  crossNamespaceSourceReference,
  dependencyReference,
  namespacedObjectKindReference,
} from '../shapes/references.ts';
import { decryption, driftIgnoreRule, postBuild } from './fields.ts';

const spec: Type<KustomizationSpec> = object(
  'What to build, how to change it, and how to apply it.',
  {
    interval: duration('How often to compare the cluster with the source. The actual times vary a little.'),
    retryInterval: optional(duration('How long to wait after a failure. Without it, the interval.')),
    timeout: optional(
      duration('How long health checks and deletions may take. Without it, the interval less 30 seconds.'),
    ),
    sourceRef: crossNamespaceSourceReference('The source whose artifact is built.'),
    path: optional(
      string(
        'The folder with the kustomization file, below the root of the artifact. Without one, the root.',
      ),
    ),
    prune: boolean('Whether objects that are no longer in the build are deleted.'),
    deletionPolicy: optional(
      choice(
        'What becomes of the objects when the Kustomization is deleted: what `prune` says (the default), delete them, delete them and wait until they are gone, or leave them.',
        ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'],
      ),
    ),
    suspend: optional(suspend()),
    dependsOn: optional(
      array(
        'Kustomizations that have to be ready before this one is applied.',
        dependencyReference('Another Kustomization.'),
      ),
    ),
    targetNamespace: optional(
      string('The namespace that all objects are put into.', { minLength: 1, maxLength: 63 }),
    ),
    namePrefix: optional(string('What is put before all names.', { minLength: 1, maxLength: 200 })),
    nameSuffix: optional(string('What is put after all names.', { minLength: 1, maxLength: 200 })),
    commonMetadata: optional(
      commonMetadata('Labels and annotations for all objects. They replace those with the same keys.'),
    ),
    patches: optional(
      array('Changes to the built objects, after those of the kustomization file.', patch('A change.')),
    ),
    images: optional(array('Images to replace, by name.', image('An image.'))),
    components: optional(array('Components to add, as paths from `path`.', string('A path.'))),
    ignoreMissingComponents: optional(
      boolean('Whether components that are not in the artifact are passed over.'),
    ),
    buildMetadata: optional(
      array(
        'What the build notes on each object: the file it came from, the transformers that changed it.',
        choice('A kind of note.', ['originAnnotations', 'transformerAnnotations']),
      ),
    ),
    postBuild: optional(postBuild),
    decryption: optional(decryption),
    wait: optional(
      boolean('Whether to wait until all applied objects are healthy. `healthChecks` is not looked at then.'),
    ),
    healthChecks: optional(
      array(
        'The objects to wait for.',
        namespacedObjectKindReference('An object, of this Kustomization or not.'),
      ),
    ),
    healthCheckExprs: optional(
      array(
        'How to tell the health of kinds that do not follow the conventions.',
        customHealthCheck('How to tell the health of a kind.'),
      ),
    ),
    ignore: optional(array('Fields of objects that others may change.', driftIgnoreRule)),
    force: optional(
      boolean(
        'Whether objects with immutable fields are deleted and created anew when such a field changes.',
        { default: false },
      ),
    ),
    serviceAccountName: optional(string('The service account as which everything is applied.')),
    kubeConfig: optional(
      kubeConfigReference('The cluster to apply to. Without it, the one that the controller runs in.'),
    ),
  },
  { name: 'KustomizationSpec' },
);

const status: Type<KustomizationStatus> = object(
  'What was last applied.',
  {
    observedGeneration: optional(observedGeneration()),
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    lastAppliedRevision: optional(string('The revision of the source that was applied last.')),
    lastAppliedOriginRevision: optional(
      string('The revision that it came from, where the source was made from another.'),
    ),
    lastAttemptedRevision: optional(string('The revision that was tried last.')),
    inventory: optional(resourceInventory('The objects that were applied.')),
    history: optional(
      array('How the last different builds went, the latest first.', snapshot('How a build went.')),
    ),
  },
  { name: 'KustomizationStatus', default: { observedGeneration: -1 } },
);

/** Builds a folder of a source with kustomize and keeps a cluster as the build says. */
export const Kustomization: ResourceDefinition<KustomizationObject> = defineResource({
  group: KUSTOMIZE_GROUP,
  version: 'v1',
  kind: 'Kustomization',
  description: 'Builds a folder of a source with kustomize and keeps a cluster as the build says.',
  shortNames: ['ks'],
  categories: [...categories, 'fluxcd-appliers'],
  spec,
  status,
  printerColumns: readyColumns,
  crdAnnotations,
});

/** An object of the kind {@link (Kustomization:variable)}. */
export type Kustomization = KustomizationObject;
