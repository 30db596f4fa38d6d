import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { object, optional } from '../builder/containers.ts';
import { boolean, choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type {
  OCILayerSelector,
  OCIRepository as OCIRepositoryObject,
  OCIRepositoryRef,
  OCIRepositorySpec,
  OCIRepositoryStatus,
} from '../generated/resource-types.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { artifact } from '../shapes/artifact.ts';
import { lastHandledReconcileAt, observedGeneration, suspend } from '../shapes/common-fields.ts';
import { conditions } from '../shapes/condition.ts';
import { localObjectReference } from '../shapes/references.ts';
import { ociRepositoryVerification } from '../shapes/signature.ts';
import {
  certSecretRef,
  ignore,
  interval,
  latestArtifactUrl,
  proxySecretRef,
  timeout,
} from '../shapes/source-fields.ts';

const ref: Type<OCIRepositoryRef> = object(
  'Which artifact of the repository. Of several fields the first of digest, semver and tag counts; without any, the tag `latest`.',
  {
    digest: optional(string('A digest: `sha256:9f86…`.')),
    semver: optional(string('A range of versions; the tag with the highest version in it is taken.')),
    semverFilter: optional(string('A regular expression: only tags that match are looked at for the range.')),
    tag: optional(string('A tag.')),
  },
  { name: 'OCIRepositoryRef' },
);

function layerSelector(description: string): Type<OCILayerSelector> {
  return object(
    description,
    {
      mediaType: optional(
        string('The first layer of this media type is taken. Without one, the first layer.'),
      ),
      operation: optional(
        choice(
          'What is made of it: `extract` takes the files out, as without the field; `copy` keeps it as it is.',
          ['extract', 'copy'],
        ),
      ),
    },
    { name: 'OCILayerSelector' },
  );
}

const spec: Type<OCIRepositorySpec> = object(
  'The repository to watch, and what of it to keep.',
  {
    url: string('Where the repository is, without a tag: `oci://registry.example.com/app`.', {
      pattern: '^oci://.*$',
    }),
    interval: interval(),
    ref: optional(ref),
    layerSelector: optional(layerSelector('Which layer is the content.')),
    provider: optional(
      choice('Whose identity is used where no secret is named.', ['generic', 'aws', 'azure', 'gcp'], {
        default: 'generic',
      }),
    ),
    secretRef: optional(
      localObjectReference('The secret to log in with, of the type `kubernetes.io/dockerconfigjson`.'),
    ),
    serviceAccountName: optional(
      string(
        'The service account whose pull secrets are used, and as which to log in at a cloud’s registry.',
      ),
    ),
    certSecretRef: optional(certSecretRef()),
    proxySecretRef: optional(proxySecretRef()),
    verify: optional(ociRepositoryVerification),
    timeout: optional(timeout()),
    ignore: optional(ignore()),
    insecure: optional(boolean('Whether the registry may be spoken to over plain HTTP.')),
    suspend: optional(suspend()),
  },
  { name: 'OCIRepositorySpec' },
);

const status: Type<OCIRepositoryStatus> = object(
  'What was last seen and stored.',
  {
    observedGeneration: optional(observedGeneration()),
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    url: optional(latestArtifactUrl()),
    artifact: optional(artifact('The revision that was stored last.')),
    observedIgnore: optional(string('The ignore patterns that the artifact was made with.')),
    observedLayerSelector: optional(layerSelector('The layer that the artifact was made of.')),
  },
  { name: 'OCIRepositoryStatus', default: { observedGeneration: -1 } },
);

/** Makes artifacts of what is in a repository of an OCI registry. */
export const OCIRepository: ResourceDefinition<OCIRepositoryObject> = defineResource({
  group: SOURCE_GROUP,
  version: 'v1',
  kind: 'OCIRepository',
  description: 'Makes artifacts of what is in a repository of an OCI registry.',
  plural: 'ocirepositories',
  shortNames: ['ocirepo'],
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: [
    { name: 'URL', type: 'string', jsonPath: '.spec.url' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  crdAnnotations,
});

/** An object of the kind {@link (OCIRepository:variable)}. */
export type OCIRepository = OCIRepositoryObject;
