import { cloneValue, isRecord } from '@gitops-toolkit/core';
import { isWrittenPlain } from '../accumulate/present-styles.ts';
import { checkMetadata } from '../accumulate/read-resources.ts';
import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { isScalar, losesFraction, plainScalar, retypeText, scalarText } from '../accumulate/scalar-text.ts';
import { isUntagged, noteUntagged } from '../accumulate/untagged-scalars.ts';
import { KustomizeError } from '../errors.ts';
import type { FieldOptions, ReplacementArgs, ReplacementTarget } from '../load/kustomization.ts';
import { type FieldSlot, setSlot, slotValue } from './field-slot.ts';
import { findSlots, type NewFieldKind, splitFieldPath } from './field-path.ts';
import { readReplacementValue, replacementError, type Replacing } from './replacement-source.ts';
import { compileSelector, filterNamed, type Selector, selectsId } from './selector.ts';
import { setInStructuredText } from './structured-text.ts';
import type { Transformer } from './transformer.ts';

/** Copies values from fields of resources into fields of others. */
export function replaceFields(replacements: readonly ReplacementArgs[]): Transformer {
  return {
    transform(resources) {
      for (const replacement of replacements) {
        const { source, sourceValue, targets } = replacement;
        if ((source === undefined && sourceValue === undefined) || targets === undefined) {
          throw replacementError('replacements must specify a source and at least one target');
        }
        const replacing = readReplacementValue(resources, replacement);
        for (const target of targets) replaceInTarget(resources, replacing, target);
      }
    },
  };
}

function replaceInTarget(resources: ResourceMap, replacing: Replacing, target: ReplacementTarget): void {
  if (!target.select) throw replacementError('target must specify resources to select');
  const select = compileSelector(target.select);
  const reject = (target.reject ?? []).map(compileSelector);
  for (const node of filterNamed(resources, target.select, (candidate) =>
    isTarget(candidate, select, reject),
  )) {
    try {
      for (const path of target.fieldPaths?.length ? target.fieldPaths : ['metadata.name']) {
        replaceField(node, path, replacing, target.options ?? {});
      }
    } catch (error) {
      throw error instanceof KustomizeError ? error.within(node.toString(), { ref: node.ref }) : error;
    }
    if (changesIdentity(target)) checkMetadata(node.value, () => node.place);
    resources.noteNames(node);
  }
}

/** Whether it writes to what makes an object a resource, which it could take away. */
function changesIdentity({ fieldPaths }: ReplacementTarget): boolean {
  return (fieldPaths ?? []).some((path) => /^(?:metadata|kind|apiVersion)(?:\.|$)/.test(path));
}

function isTarget(node: ResourceNode, select: Selector, reject: readonly Selector[]): boolean {
  const ids = [node.id, ...node.previousIds];
  if (!select.matchesLabels(node) || !ids.some((id) => selectsId(select, id))) return false;
  return !reject.some(
    (selector) =>
      (selector.hasLabels && selector.matchesLabels(node)) ||
      (selector.hasIdParts && ids.some((id) => selectsId(selector, id))),
  );
}

function replaceField(node: ResourceNode, path: string, replacing: Replacing, options: FieldOptions): void {
  const parts = splitFieldPath(path);
  const { value } = replacing;
  const create = options.create ? kindOf(value) : undefined;
  if (setInStructuredText(node.value, parts, replacing, create)) return;
  const slots = findTargets(node, path, parts, create);
  for (const slot of slots) writeSlot(slot, replacing, options, node);
}

function kindOf(value: unknown): NewFieldKind {
  if (Array.isArray(value)) return 'list';
  return isRecord(value) ? 'map' : 'scalar';
}

function findTargets(
  node: ResourceNode,
  path: string,
  parts: readonly string[],
  create: NewFieldKind | undefined,
): FieldSlot[] {
  const problem = `unable to find ${create ? 'or create ' : ''}field ${JSON.stringify(path)} in replacement target`;
  let slots: FieldSlot[];
  try {
    slots = findSlots(node.value, parts, create);
  } catch (error) {
    throw error instanceof KustomizeError
      ? replacementError(`${problem}: ${error.summary}`, { node })
      : error;
  }
  if (slots.some((slot) => slot.isBelowNull && node.styles?.nullText(slot.path) === '')) {
    throw replacementError(`${problem}: wrong node kind: expected MappingNode but got nothing`, { node });
  }
  if (slots.length > 0) return slots;
  throw replacementError(problem, {
    node,
    hint: 'Correct the path, or set `create: true` in the options of the target.',
  });
}

function writeSlot(
  slot: FieldSlot,
  { value, whole }: Replacing,
  options: FieldOptions,
  node: ResourceNode,
): void {
  const old = slotValue(slot);
  const { delimiter = '', index = 0 } = options;
  if (delimiter !== '' && !isScalar(old))
    throw replacementError('delimiter option can only be used with scalar nodes');
  if (!isScalar(old)) {
    setSlot(slot, cloneValue(whole));
    return;
  }
  const text =
    delimiter === ''
      ? scalarText(value)
      : splice(scalarText(old).split(delimiter), index, scalarText(value)).join(delimiter);
  const hasNoType = slot.isNew || isTypeless(slot, old, node);
  const written = hasNoType ? plainScalar(text) : keepType(old, text);
  setSlot(slot, written);
  if (hasNoType) noteUntagged(slot.holder, slot.key, written);
}

/** Whether a scalar is without quotes, and of the type that its text reads as. */
function isTypeless({ holder, key }: FieldSlot, old: unknown, node: ResourceNode): boolean {
  if (!isUntagged(holder, key, old)) return false;
  return typeof old !== 'string' || isWrittenPlain(node, holder, key);
}

function splice(parts: readonly string[], index: number, text: string): string[] {
  if (index < 0) return [text, ...parts];
  return index >= parts.length ? [...parts, text] : parts.with(index, text);
}

/** What a scalar becomes when only its text changes. */
function keepType(old: unknown, text: string): unknown {
  const kept = old === null ? undefined : retypeText(text, old);
  const isKept = typeof old === 'string' || typeof kept !== 'string';
  if (kept !== undefined && isKept && !losesFraction(text, old)) return kept;
  throw replacementError(`cannot decode ${typeName(plainScalar(text))} \`${text}\` as a ${typeName(old)}`, {
    hint: 'A replacement keeps the type of the target. Make the target a text, or choose another source.',
  });
}

function typeName(value: unknown): string {
  if (value === null) return '!!null';
  if (typeof value === 'boolean') return '!!bool';
  if (typeof value === 'string') return '!!str';
  return losesFraction(scalarText(value), 0) ? '!!float' : '!!int';
}
