import { setOwn } from '@gitops-toolkit/core';
import { type Origin, originText } from './origin.ts';
import type { ResourceNode } from './resource-node.ts';

/** Says where a resource comes from. */
export const ORIGIN = 'config.kubernetes.io/origin';
/** Lists what has worked on a resource. */
export const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/** The annotation that says where a resource comes from. */
export function originOf(node: ResourceNode): string | undefined {
  const annotations = node.textMap('annotations');
  return Object.hasOwn(annotations, ORIGIN) ? annotations[ORIGIN] : undefined;
}

/** Writes the annotation that says where a resource comes from. */
export function setOrigin(node: ResourceNode, origin: string): void {
  setAnnotation(node, ORIGIN, origin);
}

/** Notes that a transformer has worked on a resource; the first note on one without origin is its origin. */
export function noteTransformation(node: ResourceNode, origin: Origin): void {
  if (originOf(node) === undefined) return setOrigin(node, originText(origin));
  const before = node.textMap('annotations')[TRANSFORMATIONS] ?? '';
  setAnnotation(node, TRANSFORMATIONS, before + asListItem(originText(origin)));
}

function setAnnotation(node: ResourceNode, key: string, value: string): void {
  const annotations = node.textMap('annotations');
  setOwn(annotations, key, value);
  node.setTextMap('annotations', annotations);
}

function asListItem(text: string): string {
  return text.replace(/^(?=.)/gm, '  ').replace(/^ {2}/, '- ');
}
