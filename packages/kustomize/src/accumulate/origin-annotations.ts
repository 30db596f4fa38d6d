import { setOwn } from '@gitops-toolkit/core';
import { type Origin, originText } from './origin.ts';
import type { ResourceNode } from './resource-node.ts';

const ORIGIN = 'config.kubernetes.io/origin';
const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/** The annotation that says where a resource comes from. */
export function originOf(node: ResourceNode): string | undefined {
  const annotations = node.textMap('annotations');
  return Object.hasOwn(annotations, ORIGIN) ? annotations[ORIGIN] : undefined;
}

/** Writes, or with `undefined` removes, the annotation that says where a resource comes from. */
export function setOrigin(node: ResourceNode, origin: string | undefined): void {
  setAnnotation(node, ORIGIN, origin);
}

/** Notes that a transformer has worked on a resource; the first note on one without origin is its origin. */
export function noteTransformation(node: ResourceNode, origin: Origin): void {
  if (originOf(node) === undefined) return setOrigin(node, originText(origin));
  const before = node.textMap('annotations')[TRANSFORMATIONS] ?? '';
  setAnnotation(node, TRANSFORMATIONS, before + asListItem(originText(origin)));
}

export function clearTransformations(node: ResourceNode): void {
  setAnnotation(node, TRANSFORMATIONS, undefined);
}

function setAnnotation(node: ResourceNode, key: string, value: string | undefined): void {
  const annotations = node.textMap('annotations');
  if (value === undefined) delete annotations[key];
  else setOwn(annotations, key, value);
  node.setTextMap('annotations', annotations);
}

function asListItem(text: string): string {
  return text.replace(/^(?=.)/gm, '  ').replace(/^ {2}/, '- ');
}
