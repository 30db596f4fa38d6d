import { getOwn, isRecord } from '@gitops-toolkit/core';
import { clearTransformations, setOrigin } from '../accumulate/origin-annotations.ts';
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
  if (isRecord(annotations) && Object.keys(annotations).length > 0) {
    const texts = node.textMap('annotations');
    for (const name of Object.keys(texts)) if (INTERNAL.has(name)) delete texts[name];
    node.setTextMap('annotations', texts);
  }
  if (!buildMetadata.includes('originAnnotations')) setOrigin(node, undefined);
  if (!buildMetadata.includes('transformerAnnotations')) clearTransformations(node);
}
