import { createRecord, setOwn } from '@gitops-toolkit/core';
import { type Behavior, ResourceNode } from '../accumulate/resource-node.ts';
import type { ConfigMapArgs, GeneratorOptions } from '../load/kustomization.ts';
import { generatorError } from './key-values.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';

/** Makes the object that a generator fills. @throws KustomizeError KUSTOMIZE_INVALID_GENERATOR without a name. */
export function generatedObject(kind: 'ConfigMap' | 'Secret', args: ConfigMapArgs): Record<string, unknown> {
  const { name = '', namespace = '' } = args;
  if (name === '') throw generatorError('a configmap must have a name');
  const object = createRecord();
  const metadata = createRecord();
  setOwn(object, 'apiVersion', 'v1');
  setOwn(object, 'kind', kind);
  setOwn(object, 'metadata', metadata);
  setOwn(metadata, 'name', name);
  if (namespace !== '') setOwn(metadata, 'namespace', namespace);
  return object;
}

/** Adds what the options ask for, and makes a resource of it. */
export function finishGenerated(
  object: Record<string, unknown>,
  args: ConfigMapArgs,
  context: TransformerContext,
): ResourceNode {
  const node = new ResourceNode(object, () => context.place());
  const { labels, annotations, immutable, disableNameSuffixHash } = args.options ?? {};
  if (labels) node.setTextMap('labels', sortedCopy(labels));
  if (annotations) node.setTextMap('annotations', sortedCopy(annotations));
  if (immutable) setOwn(object, 'immutable', true);
  node.needsHash = !disableNameSuffixHash;
  node.isGenerated = true;
  node.behavior = behaviorOf(args.behavior);
  return node;
}

function sortedCopy(map: Readonly<Record<string, string>>): Record<string, string> {
  const copy = createRecord<string>();
  for (const key of Object.keys(map).toSorted()) setOwn(copy, key, map[key]);
  return copy;
}

function behaviorOf(text: string | undefined): Behavior {
  return text === 'create' || text === 'merge' || text === 'replace' ? text : 'unspecified';
}

/** The options of one generator with those of the kustomization: labels of its own win, switches add up. */
export function mergeGeneratorOptions(
  local: GeneratorOptions | undefined,
  global: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (!global) return local;
  return {
    labels: mergeTexts(global.labels, local?.labels),
    annotations: mergeTexts(global.annotations, local?.annotations),
    disableNameSuffixHash: Boolean(local?.disableNameSuffixHash || global.disableNameSuffixHash),
    immutable: Boolean(local?.immutable || global.immutable),
  };
}

function mergeTexts(
  base: Readonly<Record<string, string>> | undefined,
  over: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (!base || !over) return base ?? over;
  const merged = createRecord<string>();
  for (const map of [base, over]) for (const key of Object.keys(map)) setOwn(merged, key, map[key]);
  return merged;
}
