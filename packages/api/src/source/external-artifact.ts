import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { object, optional } from '../builder/containers.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type {
  ExternalArtifact as ExternalArtifactObject,
  ExternalArtifactSpec,
  ExternalArtifactStatus,
} from '../generated/resource-types.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { artifact } from '../shapes/artifact.ts';
import { readyColumns } from '../shapes/common-fields.ts';
import { conditions } from '../shapes/condition.ts';
import { namespacedObjectKindReference } from '../shapes/references.ts';

const spec: Type<ExternalArtifactSpec> = object(
  'Where the artifact comes from.',
  { sourceRef: optional(namespacedObjectKindReference('The object that the artifact was made for.')) },
  { name: 'ExternalArtifactSpec' },
);

const status: Type<ExternalArtifactStatus> = object(
  'What its maker says of it.',
  {
    conditions: optional(conditions()),
    artifact: optional(artifact('The artifact.')),
  },
  { name: 'ExternalArtifactStatus' },
);

/** Announces an artifact that another controller made: no controller of sources reconciles it. */
export const ExternalArtifact: ResourceDefinition<ExternalArtifactObject> = defineResource({
  group: SOURCE_GROUP,
  version: 'v1',
  kind: 'ExternalArtifact',
  description: 'Announces an artifact that another controller made.',
  shortNames: ['ea'],
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: [...readyColumns, { name: 'Source', type: 'string', jsonPath: '.spec.sourceRef.name' }],
  crdAnnotations,
});

/** An object of the kind {@link (ExternalArtifact:variable)}. */
export type ExternalArtifact = ExternalArtifactObject;
