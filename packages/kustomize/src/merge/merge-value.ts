import { getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { isScalar, plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { takeDirective } from './directive.ts';
import { WrongKind } from './invalid-patch.ts';
import { mergeKeyedList } from './keyed-list.ts';
import type { MergeSchema } from './merge-schema.ts';
import type { CurrentPath, MergeContext, ValuePath } from './merge-context.ts';
import { allHaveName, isPresent } from './presence.ts';

/**
 * Merges a patch into a target, both of which may be changed and become parts of the result. What is
 * absent is `undefined`, in the arguments and, where nothing remains, in the result.
 */
export function mergeValues(
  target: unknown,
  patch: unknown,
  schema: MergeSchema | undefined,
  context: MergeContext,
  path: CurrentPath,
): unknown {
  const leading = isPresent(target) ? target : patch;
  const known = schema ?? schemaOfObject(target, context) ?? schemaOfObject(patch, context);
  if (!isPresent(leading) || isRecord(leading)) {
    requireKind('MappingNode', isRecord, target, patch, path);
    return mergeMaps(target, patch, known, context, path);
  }
  if (Array.isArray(leading)) {
    requireKind('SequenceNode', Array.isArray, target, patch, path);
    if (!isKeyedList(known, target, patch, context))
      return patch === undefined ? target : (patch ?? undefined);
    return mergeKeyedList(target, patch, known, context, path, mergeValues);
  }
  requireKind('ScalarNode', isScalar, target, patch, path);
  return mergeScalars(target, patch, context, path);
}

function requireKind(
  kind: string,
  matches: (value: unknown) => boolean,
  target: unknown,
  patch: unknown,
  path: ValuePath,
): void {
  for (const value of [target, patch]) {
    if (!isPresent(value) || matches(value)) continue;
    const actual = Array.isArray(value) ? 'SequenceNode' : isRecord(value) ? 'MappingNode' : 'ScalarNode';
    throw new WrongKind(kind, actual, path);
  }
}

/** An object with a kind of its own inside another has that kind's schema. */
function schemaOfObject(value: unknown, context: MergeContext): MergeSchema | undefined {
  const apiVersion = getOwn(value, 'apiVersion');
  const kind = getOwn(value, 'kind');
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  return context.findSchema(apiVersion, kind);
}

function isKeyedList(
  schema: MergeSchema | undefined,
  target: unknown,
  patch: unknown,
  context: MergeContext,
): boolean {
  if (schema) return schema.isMergedList;
  return context.inferKeys && [target, patch].some((list) => Array.isArray(list) && allHaveName(list));
}

function mergeMaps(
  target: unknown,
  patch: unknown,
  schema: MergeSchema | undefined,
  context: MergeContext,
  path: CurrentPath,
): unknown {
  const merged = chooseMap(target, patch, context, path);
  if (!isRecord(merged)) return merged;
  const other = isRecord(patch) ? patch : undefined;
  const keys =
    other && other !== merged
      ? new Set([...Object.keys(merged), ...Object.keys(other)])
      : Object.keys(merged);
  for (const key of keys) {
    const before = getOwn(merged, key);
    const change = other && getOwn(other, key);
    const inner = schema?.field(key);
    path.push(key);
    if (change === undefined && inner === undefined && isPresent(before) && before !== '') {
      dropBlankNulls(before, context, path);
      path.pop();
      continue;
    }
    // Where lists may be merged, a part that the patch does not mention is still walked through: elements
    // with the same key become one.
    const value = mergeValues(before, change, inner, context, path);
    path.pop();
    if (value === undefined) delete merged[key];
    else if (value !== before) setOwn(merged, key, value);
  }
  return merged;
}

/** Which of two maps, at least one of which is absent or null or has a directive, goes on. */
function chooseMap(target: unknown, patch: unknown, context: MergeContext, path: ValuePath): unknown {
  if (!isPresent(target)) {
    if (takeDirective(patch) === 'delete') return undefined;
    if (patch === undefined && target === null)
      return context.styles?.nullText(path) === '' ? undefined : null;
    return patch === null ? undefined : patch;
  }
  if (patch === null) return undefined;
  const directive = takeDirective(patch);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : target;
}

/** A merge walks through the target's maps too, and loses nulls that were written with nothing. */
function dropBlankNulls(value: unknown, context: MergeContext, path: CurrentPath): void {
  if (!context.styles || !isRecord(value)) return;
  for (const key of Object.keys(value)) {
    const field = value[key];
    // In a flow collection, nothing at all reads as a blank text.
    if (field === null || field === '') {
      if (context.styles.nullText([...path, key]) === '') delete value[key];
    } else if (isRecord(field)) {
      path.push(key);
      dropBlankNulls(field, context, path);
      path.pop();
    }
  }
}

/** The patch's scalar; over a quoted text, anything is a text. */
function mergeScalars(target: unknown, patch: unknown, context: MergeContext, path: ValuePath): unknown {
  if (patch === undefined) return target === '' && context.styles?.nullText(path) === '' ? undefined : target;
  if (patch === null) return undefined;
  const isText = typeof patch === 'string';
  const asWritten = isText || typeof patch === 'boolean' ? context.patchText?.(patch, path) : undefined;
  const written = asWritten ?? (isText ? undefined : scalarText(patch));
  if (typeof target !== 'string' || written === undefined || written === patch) return patch;
  const isQuoted = context.styles?.isQuoted(path, target) ?? plainScalar(target) !== target;
  return isQuoted ? written : patch;
}
