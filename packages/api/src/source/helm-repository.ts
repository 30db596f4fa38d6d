import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { array, map, object, optional } from '../builder/containers.ts';
import { boolean, choice, duration, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type {
  AccessFrom,
  HelmRepository as HelmRepositoryObject,
  HelmRepositorySpec,
  HelmRepositoryStatus,
  NamespaceSelector,
} from '../generated/resource-types.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { artifact } from '../shapes/artifact.ts';
import {
  lastHandledReconcileAt,
  observedGeneration,
  readyColumns,
  suspend,
} from '../shapes/common-fields.ts';
import { conditions } from '../shapes/condition.ts';
import { localObjectReference } from '../shapes/references.ts';
import { certSecretRef, interval, latestArtifactUrl } from '../shapes/source-fields.ts';

const namespaceSelector: Type<NamespaceSelector> = object(
  'Namespaces with some labels.',
  {
    matchLabels: optional(
      map('The labels that a namespace must have. Without any, every namespace.', string('A value.')),
    ),
  },
  { name: 'NamespaceSelector' },
);

const accessFrom: Type<AccessFrom> = object(
  'From which other namespaces the object may be referred to. It is kept for compatibility, and nothing looks at it.',
  {
    namespaceSelectors: array('The namespaces: one match suffices.', namespaceSelector),
  },
  { name: 'AccessFrom' },
);

const spec: Type<HelmRepositorySpec> = object(
  'The repository to watch.',
  {
    url: string('Where the repository is: the folder of its `index.yaml`, or `oci://` and a registry.', {
      pattern: '^(http|https|oci)://.*$',
    }),
    type: optional(
      choice('Whether it has an index, as without the field, or is in an OCI registry.', ['default', 'oci']),
    ),
    interval: optional(interval()),
    secretRef: optional(
      localObjectReference(
        'The secret to log in with: `username` and `password`; for a registry also one of the type `kubernetes.io/dockerconfigjson`.',
      ),
    ),
    certSecretRef: optional(certSecretRef()),
    passCredentials: optional(
      boolean(
        'Whether charts that the index finds on another host get the credentials too. The host learns them.',
      ),
    ),
    provider: optional(
      choice(
        'Whose identity is used at a registry where no secret is named.',
        ['generic', 'aws', 'azure', 'gcp'],
        { default: 'generic' },
      ),
    ),
    insecure: optional(boolean('Whether a registry may be spoken to over plain HTTP.')),
    timeout: optional(
      duration('How long one operation may take. Without one, 60 seconds.', { largestUnit: 'm' }),
    ),
    accessFrom: optional(accessFrom),
    suspend: optional(suspend()),
  },
  { name: 'HelmRepositorySpec' },
);

const status: Type<HelmRepositoryStatus> = object(
  'What was last seen and stored.',
  {
    observedGeneration: optional(observedGeneration()),
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    url: optional(latestArtifactUrl()),
    artifact: optional(artifact('The index that was stored last.')),
  },
  { name: 'HelmRepositoryStatus', default: { observedGeneration: -1 } },
);

/** Makes artifacts of the index of a Helm repository. */
export const HelmRepository: ResourceDefinition<HelmRepositoryObject> = defineResource({
  group: SOURCE_GROUP,
  version: 'v1',
  kind: 'HelmRepository',
  description: 'Makes artifacts of the index of a Helm repository.',
  plural: 'helmrepositories',
  shortNames: ['helmrepo'],
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: [{ name: 'URL', type: 'string', jsonPath: '.spec.url' }, ...readyColumns],
  crdAnnotations,
});

/** An object of the kind {@link (HelmRepository:variable)}. */
export type HelmRepository = HelmRepositoryObject;
