import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { array, object, optional } from '../builder/containers.ts';
import type { Rule } from '../builder/rules.ts';
import { boolean, choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type {
  HelmChart as HelmChartObject,
  HelmChartSourceReference,
  HelmChartSpec,
  HelmChartStatus,
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
import { helmChartVerification } from '../shapes/signature.ts';
import { interval, latestArtifactUrl } from '../shapes/source-fields.ts';

const sourceRef: Type<HelmChartSourceReference> = object(
  'The source of the chart, in the same namespace.',
  {
    apiVersion: optional(string('Group and version of its kind.')),
    kind: choice('Its kind.', ['HelmRepository', 'GitRepository', 'Bucket']),
    name: string('Its name.'),
  },
  { name: 'HelmChartSourceReference' },
);

const verifyRule: Rule<HelmChartSpec> = {
  rule: "!has(self.verify) || self.sourceRef.kind == 'HelmRepository'",
  message: "spec.verify is only supported when spec.sourceRef.kind is 'HelmRepository'",
  holds: ({ verify, sourceRef: { kind } }) => !verify || kind === 'HelmRepository',
};

const spec: Type<HelmChartSpec> = object(
  'The chart to keep, and how to make it.',
  {
    chart: string('Its name in a HelmRepository, or its path in any other source.'),
    version: optional(
      string('A range of versions, for charts of a HelmRepository. The highest version in it is taken.', {
        default: '*',
      }),
    ),
    sourceRef,
    interval: interval(),
    reconcileStrategy: optional(
      choice(
        'What makes a new chart of one in files: another version in it, or another revision of its source.',
        ['ChartVersion', 'Revision'],
        { default: 'ChartVersion' },
      ),
    ),
    valuesFiles: optional(
      array(
        'Files whose values take the place of `values.yaml`, merged, the later ones over the earlier. Paths are relative to the chart, or to the source where that is not a HelmRepository.',
        string('A path.'),
      ),
    ),
    ignoreMissingValuesFiles: optional(boolean('Whether files of that list may be missing.')),
    verify: optional(helmChartVerification),
    suspend: optional(suspend()),
  },
  { name: 'HelmChartSpec', rules: [verifyRule] },
);

const status: Type<HelmChartStatus> = object(
  'What was last seen and stored.',
  {
    observedGeneration: optional(observedGeneration()),
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    url: optional(latestArtifactUrl()),
    artifact: optional(artifact('The chart that was stored last.')),
    observedChartName: optional(string('The name of that chart.')),
    observedSourceArtifactRevision: optional(
      string('The revision of the source that the chart was made of.'),
    ),
    observedValuesFiles: optional(
      array('The files whose values it was made with, where some may be missing.', string('A path.')),
    ),
  },
  { name: 'HelmChartStatus', default: { observedGeneration: -1 } },
);

/** Makes artifacts of the versions of a Helm chart. */
export const HelmChart: ResourceDefinition<HelmChartObject> = defineResource({
  group: SOURCE_GROUP,
  version: 'v1',
  kind: 'HelmChart',
  description: 'Makes artifacts of the versions of a Helm chart.',
  shortNames: ['hc'],
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: [
    { name: 'Chart', type: 'string', jsonPath: '.spec.chart' },
    { name: 'Version', type: 'string', jsonPath: '.spec.version' },
    { name: 'Source Kind', type: 'string', jsonPath: '.spec.sourceRef.kind' },
    { name: 'Source Name', type: 'string', jsonPath: '.spec.sourceRef.name' },
    ...readyColumns,
  ],
  crdAnnotations,
});

/** An object of the kind {@link (HelmChart:variable)}. */
export type HelmChart = HelmChartObject;
