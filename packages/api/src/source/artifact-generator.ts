import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { array, object, optional } from '../builder/containers.ts';
import type { Rule } from '../builder/rules.ts';
import { choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_EXTENSIONS_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type {
  ArtifactGenerator as ArtifactGeneratorObject,
  ArtifactGeneratorSource,
  ArtifactGeneratorSpec,
  ArtifactGeneratorStatus,
  CopyOperation,
  ExternalArtifactReference,
  OutputArtifact,
} from '../generated/resource-types.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { lastHandledReconcileAt, readyColumns } from '../shapes/common-fields.ts';
import { conditions } from '../shapes/condition.ts';
import { commonMetadata } from '../shapes/overlay.ts';

/** `@<alias>`, and `@<alias>/<path>`. */
const ALIAS = '^@([a-z0-9]([a-z0-9_-]*[a-z0-9])?)$';
const ALIAS_PATH = '^@([a-z0-9]([a-z0-9_-]*[a-z0-9])?)/(.*)$';

const source: Type<ArtifactGeneratorSource> = object(
  'A source, under a name of its own.',
  {
    alias: string('What it is called in this object.', {
      maxLength: 63,
      pattern: '^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$',
    }),
    kind: choice('Its kind.', ['Bucket', 'GitRepository', 'OCIRepository', 'HelmChart', 'ExternalArtifact']),
    name: string('Its name.', { maxLength: 253, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' }),
    namespace: optional(
      string('Its namespace. Without one, that of this object.', {
        minLength: 1,
        maxLength: 63,
        pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      }),
    ),
  },
  { name: 'ArtifactGeneratorSource' },
);

const copyOperation: Type<CopyOperation> = object(
  'Files to put into the artifact.',
  {
    from: string('Which files of which source: `@<alias>/<pattern>`.', {
      minLength: 1,
      maxLength: 1024,
      pattern: ALIAS_PATH,
    }),
    to: string('Where they go: `@artifact/<path>`.', {
      minLength: 1,
      maxLength: 1024,
      pattern: '^@(artifact)/(.*)$',
    }),
    exclude: optional(array('Patterns of files to leave out.', string('A pattern.'), { maxItems: 100 })),
    strategy: optional(
      choice(
        'What happens to a file that is there already: it is replaced, as without the field, or merged as YAML. `Extract` unpacks archives.',
        ['Overwrite', 'Merge', 'Extract'],
      ),
    ),
  },
  { name: 'CopyOperation' },
);

const outputArtifact: Type<OutputArtifact> = object(
  'An artifact to make.',
  {
    name: string('The name of its ExternalArtifact.', { minLength: 1, maxLength: 253 }),
    revision: optional(
      string('The source whose revision it has: `@<alias>`. Without one, the revision is its digest.', {
        maxLength: 64,
        pattern: ALIAS,
      }),
    ),
    originRevision: optional(
      string('The source whose origin it says it has: `@<alias>`.', { maxLength: 64, pattern: ALIAS }),
    ),
    copy: array('What goes into it, in this order.', copyOperation, { minItems: 1 }),
  },
  { name: 'OutputArtifact' },
);

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const nameRule: Rule<ArtifactGeneratorSpec> = {
  rule: "has(self.pathPattern) && size(self.pathPattern) > 0 || self.artifacts.all(a, a.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'))",
  message: 'artifact names must be valid Kubernetes object names when pathPattern is not set',
  holds: ({ pathPattern, artifacts }) =>
    Boolean(pathPattern) || artifacts.every(({ name }) => OBJECT_NAME.test(name)),
};

const spec: Type<ArtifactGeneratorSpec> = object(
  'The sources, and what is made of them.',
  {
    sources: array('The sources.', source, { minItems: 1, maxItems: 1000 }),
    pathPattern: optional(
      string(
        'The folders of a source that the artifacts are made for, each on its own: `@<alias>/apps/{app}`. What the braces find can be used in names and paths.',
        { maxLength: 1024, pattern: ALIAS_PATH },
      ),
    ),
    artifacts: array('The artifacts to make.', outputArtifact, { minItems: 1, maxItems: 1000 }),
    commonMetadata: optional(commonMetadata('Labels and annotations that every ExternalArtifact gets.')),
  },
  { name: 'ArtifactGeneratorSpec', rules: [nameRule] },
);

const inventoryEntry: Type<ExternalArtifactReference> = object(
  'An ExternalArtifact that was made.',
  {
    name: string('Its name.'),
    namespace: string('Its namespace.'),
    digest: string('Checksum of its file.'),
    filename: string('The name of its file.'),
  },
  { name: 'ExternalArtifactReference' },
);

const status: Type<ArtifactGeneratorStatus> = object(
  'What was made last.',
  {
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    inventory: optional(array('The ExternalArtifacts that were made.', inventoryEntry)),
    observedSourcesDigest: optional(string('Checksum of the revisions of all sources.')),
  },
  { name: 'ArtifactGeneratorStatus' },
);

/** Makes artifacts of parts of other sources. */
export const ArtifactGenerator: ResourceDefinition<ArtifactGeneratorObject> = defineResource({
  group: SOURCE_EXTENSIONS_GROUP,
  version: 'v1beta1',
  kind: 'ArtifactGenerator',
  description: 'Makes artifacts of parts of other sources.',
  shortNames: ['ag'],
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: readyColumns,
  crdAnnotations,
});

/** An object of the kind {@link (ArtifactGenerator:variable)}. */
export type ArtifactGenerator = ArtifactGeneratorObject;
