import { getOwn, createRecord, isRecord, setOwn } from '@gitops-toolkit/core';
import { idString } from '../accumulate/resource-id.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { isSelectedByGvk } from '../accumulate/gvk.ts';
import { KustomizeError } from '../errors.ts';
import { isPresent } from '../merge/presence.ts';
import { type FieldSpec, type PathStep, stepsOf } from './field-spec.ts';

/** What a missing last field is made as, where the spec allows it to be made. */
export type CreateAs = 'map' | 'text' | undefined;

/** Gives the new value of a field of a map; lists and maps may be changed in place and given back. */
export type Visit = (value: unknown, map: Record<string, unknown>, field: string, isNew: boolean) => unknown;

/** Calls `visit` for every place that a field spec names in a resource, if it names this kind at all. */
export function visitField(node: ResourceNode, spec: FieldSpec, createAs: CreateAs, visit: Visit): void {
  if (!isSelectedByGvk(node.gvk, spec.gvk)) return;
  visitFieldOfAnyKind(node, spec, createAs, visit);
}

/** As {@link visitField}, whatever kind the spec names. */
export function visitFieldOfAnyKind(
  node: ResourceNode,
  spec: FieldSpec,
  createAs: CreateAs,
  visit: Visit,
): void {
  try {
    const make = spec.create ? createAs : undefined;
    const run = (): void => descend(node.value, stepsOf(spec), 0, make, visit);
    if (spec.path.startsWith('metadata/annotations') && node.hasHistory) withAnnotations(node, run);
    else run();
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.within(`field ${spec.path} of ${idString(node.id)}`, { ...node.place, ref: node.ref });
  }
}

/** kustomize keeps its books in annotations, so that a resource which it knows more about has some. */
function withAnnotations(node: ResourceNode, run: () => void): void {
  const metadata = node.metadata();
  if (!isPresent(getOwn(metadata, 'annotations'))) setOwn(metadata, 'annotations', createRecord());
  run();
  const annotations = metadata['annotations'];
  if (isRecord(annotations) && Object.keys(annotations).length === 0) delete metadata['annotations'];
}

function descend(at: unknown, steps: readonly PathStep[], i: number, createAs: CreateAs, visit: Visit): void {
  if (at === null || at === undefined) return;
  if (Array.isArray(at)) return descendList(at, steps, i, createAs, visit);
  if (!isRecord(at)) throw invalidField('expected sequence or mapping node');
  const step = steps[i];
  if (!step || step.name === '') throw invalidField('cannot set or create an empty field name');
  const isLast = i === steps.length - 1;
  // A field that is known to be a list is never made: there would be nothing in it to change.
  const make = step.isList ? undefined : createAs;
  let field = Object.hasOwn(at, step.name) ? at[step.name] : undefined;
  const isNew = field === undefined || field === null;
  if (field === undefined) {
    if (make === undefined) return;
    field = isLast ? blank(make) : createRecord();
    setOwn(at, step.name, field);
  } else if (field === null && (make !== undefined || step.isList)) {
    field = step.isList ? [] : isLast ? blank(make ?? 'map') : createRecord();
    setOwn(at, step.name, field);
  }
  if (!isLast) return descend(field, steps, i + 1, createAs, visit);
  const changed = visit(field, at, step.name, isNew);
  if (changed !== field) setOwn(at, step.name, changed);
}

function descendList(
  list: unknown[],
  steps: readonly PathStep[],
  i: number,
  createAs: CreateAs,
  visit: Visit,
): void {
  for (const item of list) descend(item, steps, i, createAs, visit);
}

function blank(createAs: 'map' | 'text'): unknown {
  return createAs === 'map' ? createRecord() : '';
}

/** A field is of another kind than what is asked of it. */
export function invalidField(message: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_INVALID_FIELD', message);
}

/** What kustomize says of a value of the wrong kind. */
export function wrongKind(
  expected: 'ScalarNode' | 'MappingNode' | 'SequenceNode',
  value: unknown,
): KustomizeError {
  const actual = Array.isArray(value) ? 'SequenceNode' : isRecord(value) ? 'MappingNode' : 'ScalarNode';
  return invalidField(`wrong node kind: expected ${expected} but got ${actual}`);
}
