import { createRecord, getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import { isOtherInYaml11 } from './present-styles.ts';
import { idString, isSameId } from './resource-id.ts';
import type { ResourceMap } from './resource-map.ts';
import type { ResourceNode } from './resource-node.ts';
import { originOf, setOrigin } from './origin-annotations.ts';
import { plainScalar, scalarText } from './scalar-text.ts';

/**
 * Takes in what a generator made: something new, or, with behaviour merge or replace, a change of what is
 * there under any of its ids.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_GENERATOR when behaviour and what is there do not fit.
 */
export function absorb(resources: ResourceMap, node: ResourceNode): void {
  const { id } = node;
  const found = resources.withAnyId(id.name, (other) => isSameId(id, other));
  const [old] = found;
  const changes = node.behavior === 'merge' || node.behavior === 'replace';
  if (found.length > 1)
    throw conflict(node, `found multiple objects that could accept merge of ${idString(id)}`);
  if (!old) {
    if (changes) throw conflict(node, `id ${goId(node)} does not exist; cannot merge or replace`);
    return resources.append(node);
  }
  if (!changes) {
    throw conflict(
      node,
      `id ${goId(node)} exists; can not use behavior: '${node.behavior}', behavior must be merge or replace`,
    );
  }
  const origin = originOf(old);
  const { behavior } = node;
  takeOverMetadata(node, old);
  if (behavior === 'merge') {
    mergeTexts(node, old, 'data');
    mergeTexts(node, old, 'binaryData');
    if (origin !== undefined) setOrigin(node, origin);
  }
  resources.replace(old, node);
}

function conflict(node: ResourceNode, message: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_INVALID_GENERATOR', message, {
    object: node.ref,
    ...node.place,
    hint: 'Behavior create makes something new; merge and replace change what a base has under the same name and namespace.',
  });
}

/** An id as Go prints the structure. */
function goId(node: ResourceNode): string {
  const { gvk, name, namespace } = node.id;
  const type = `resid.Gvk{Group:"${gvk.group}", Version:"${gvk.version}", Kind:"${gvk.kind}", isClusterScoped:false}`;
  return `resid.ResId{Gvk:${type}, Name:"${name}", Namespace:"${namespace}"}`;
}

/** Name, namespace and history of the old one; labels and annotations of both, the new ones winning. */
function takeOverMetadata(node: ResourceNode, old: ResourceNode): void {
  for (const field of ['labels', 'annotations'] as const) {
    node.setTextMap(field, joined(old.textMap(field), node.textMap(field)));
  }
  writeOver(node, 'name', old.name);
  if (old.namespace === '') node.setNamespace('');
  else writeOver(node, 'namespace', old.namespace);
  node.inheritFrom(old);
  // What was not generated keeps its name: others may refer to it from outside of the build.
  node.needsHash &&= old.needsHash;
  node.isGenerated = old.isGenerated;
  node.behavior = old.behavior;
}

/** What is written over a name is quoted where that was, as generators quote numbers and the like. */
function writeOver(node: ResourceNode, field: 'name' | 'namespace', text: string): void {
  const old = scalarText(getOwn(node.metadata(), field));
  setOwn(node.metadata(), field, isOtherInYaml11(old) ? text : plainScalar(text));
}

function mergeTexts(node: ResourceNode, old: ResourceNode, field: 'data' | 'binaryData'): void {
  const merged = joined(textsOf(old, field), textsOf(node, field));
  if (Object.keys(merged).length > 0) setOwn(node.value, field, merged);
  else delete node.value[field];
}

function textsOf(node: ResourceNode, field: string): Record<string, string> {
  const map = getOwn(node.value, field);
  const texts = createRecord<string>();
  if (!isRecord(map)) return texts;
  for (const key of Object.keys(map)) setOwn(texts, key, node.writtenText([field, key], map[key]));
  return texts;
}

function joined(base: Record<string, string>, over: Record<string, string>): Record<string, string> {
  const merged = createRecord<string>();
  for (const map of [base, over]) for (const key of Object.keys(map)) setOwn(merged, key, map[key]);
  return merged;
}
