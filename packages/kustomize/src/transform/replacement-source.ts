import { cloneValue, isRecord } from '@gitops-toolkit/core';
import { gvkString } from '../accumulate/gvk.ts';
import { pathOf } from '../accumulate/present-styles.ts';
import { idString, isSelectedById, type ResourceId } from '../accumulate/resource-id.ts';
import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { isScalar, plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { KustomizeError } from '../errors.ts';
import type { ReplacementArgs, ReplacementSource } from '../load/kustomization.ts';
import type { Quote } from '../merge/merge-context.ts';
import { slotValue } from './field-slot.ts';
import { lookUp, splitFieldPath } from './field-path.ts';

/** A failed replacement. */
export function replacementError(
  message: string,
  options: { hint?: string; node?: ResourceNode } = {},
): KustomizeError {
  return new KustomizeError('KUSTOMIZE_REPLACEMENT', message, {
    ...(options.hint === undefined ? {} : { hint: options.hint }),
    ...(options.node ? { object: options.node.ref } : {}),
  });
}

/** What a replacement puts into its targets. */
export interface Replacing {
  /** Its text goes over scalars. */
  readonly value: unknown;
  /** Takes the place of maps and lists. */
  readonly whole: unknown;
  /** The quote that it is written in where it is read from. */
  readonly quote: Quote | undefined;
}

/** The value that a replacement puts into its targets. */
export function readReplacementValue(resources: ResourceMap, replacement: ReplacementArgs): Replacing {
  const { source, sourceValue } = replacement;
  if (sourceValue !== undefined && source)
    throw replacementError('value and resource selectors are mutually exclusive');
  // What the kustomization itself gives has no type but the one that it reads as.
  if (sourceValue !== undefined)
    return { value: sourceValue, whole: plainScalar(sourceValue), quote: undefined };
  if (!source) throw replacementError('replacements must specify a source and at least one target');
  const node = selectSource(resources, source);
  const path = source.fieldPath || 'metadata.name';
  const slot = lookUp(node.value, splitFieldPath(path));
  const value = slot && slotValue(slot);
  if (value === undefined || value === null || isEmptyCollection(value)) {
    throw replacementError(
      `fieldPath \`${path}\` is missing for replacement source ${idString(sourceId(source))}`,
      { node },
    );
  }
  const refined = refine(cloneValue(value), source);
  const holder = slot && pathOf(node.value, slot.holder);
  return { value: refined, whole: refined, quote: holder && node.styles?.quote([...holder, slot.key]) };
}

function isEmptyCollection(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function sourceId(source: ReplacementSource): ResourceId {
  const { group = '', version = '', kind = '', name = '', namespace = '' } = source;
  return { gvk: { group, version, kind }, name, namespace };
}

function selectSource(resources: ResourceMap, source: ReplacementSource): ResourceNode {
  const id = sourceId(source);
  const candidates = id.name === '' ? resources.nodes : resources.inOrder(resources.everNamed(id.name));
  const found = candidates.filter((node) =>
    [node.id, ...node.previousIds].some((other) => isSelectedById(other, id)),
  );
  const [node] = found;
  if (node && found.length === 1) return node;
  const path = source.fieldPath ? `:${source.fieldPath}` : '';
  const shown = `${gvkString(id.gvk)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
  throw node
    ? replacementError(`multiple matches for selector ${shown}${path}`, {
        hint: `It selects ${found.map(String).join(', ')}. Add kind, name or namespace to the source.`,
      })
    : replacementError(`nothing selected by ${shown}${path}`, {
        hint: 'The parts of a source are compared exactly, with the present or a former id of a resource.',
      });
}

/** One part of a text, where the source has a delimiter. */
function refine(value: unknown, source: ReplacementSource): unknown {
  const { delimiter = '', index = 0 } = source.options ?? {};
  if (delimiter === '') return value;
  if (!isScalar(value)) throw replacementError('delimiter option can only be used with scalar nodes');
  const text = scalarText(value);
  const part = index < 0 ? undefined : text.split(delimiter)[index];
  if (part === undefined) throw replacementError(`options.index ${index} is out of bounds for value ${text}`);
  return typeof value === 'string' ? part : plainScalar(part);
}
