import { getOwn, isRecord } from '@gitops-toolkit/core';
import { ORIGIN, TRANSFORMATIONS } from '../accumulate/origin-annotations.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';

/** Annotations that belong to the tools, not to the user: they never reach the output. */
const INTERNAL: ReadonlySet<string> = new Set([
  ...[
    'previousKinds',
    'previousNames',
    'previousNamespaces',
    'prefixes',
    'suffixes',
    'allowNameChange',
    'allowKindChange',
    'refBy',
    'generatorBehavior',
    'needsHashSuffix',
    'path',
    'index',
    'seqindent',
    'id',
    'annotations-migration-resource-id',
    'helm-generated',
  ].map((name) => `internal.config.kubernetes.io/${name}`),
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
]);

/**
 * Cleans the annotations of a finished resource: the tools' own go, `buildMetadata` says which others
 * stay, and what is left are texts.
 */
export function finishAnnotations(node: ResourceNode, buildMetadata: readonly string[]): void {
  const annotations = getOwn(getOwn(node.value, 'metadata'), 'annotations');
  if (annotations === undefined) return;
  const dropsOrigin = !buildMetadata.includes('originAnnotations');
  const dropsTransformations = !buildMetadata.includes('transformerAnnotations');
  const names = isRecord(annotations) ? Object.keys(annotations) : [];
  // Only the removal of an annotation removes a field in which there is none.
  if (names.length === 0 && !dropsOrigin && !dropsTransformations) return;
  const isDropped = (name: string): boolean =>
    INTERNAL.has(name) ||
    (name === ORIGIN && dropsOrigin) ||
    (name === TRANSFORMATIONS && dropsTransformations);
  const texts = node.textMap('annotations');
  for (const name of names) if (isDropped(name)) delete texts[name];
  node.setTextMap('annotations', texts);
}
