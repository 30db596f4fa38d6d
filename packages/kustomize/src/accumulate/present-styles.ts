import { getOwn, isRecord } from '@gitops-toolkit/core';
import { emit, parse } from '@gitops-toolkit/yaml';
import type { ValuePath, WrittenStyles } from '../merge/merge-context.ts';
import type { ResourceNode } from './resource-node.ts';
import { isScalar, plainScalar, scalarText } from './scalar-text.ts';

/**
 * How the scalars of a resource are written by now: as in its file, or, where that had none, in the first
 * merge patch that brought one. `undefined` for a resource that has been made anew.
 */
export function presentStyles(node: ResourceNode): WrittenStyles | undefined {
  const { styles, mergedPatches } = node;
  if (!styles || mergedPatches.length === 0) return styles;
  return {
    ...styles,
    isQuoted(path, text) {
      // A merge quotes what YAML 1.1 would take for something else than a text.
      if (text !== undefined && isOtherInYaml11(text)) return true;
      for (const source of [styles, ...mergedPatches.map((patch) => patch.styles)]) {
        const at = source && samePlace(node.value, source.read(), path);
        const isQuoted = at && source.isQuoted(at);
        if (isQuoted !== undefined) return isQuoted;
      }
      return undefined;
    },
  };
}

/** Whether a text in a map or list of a resource is written without quotes, where it could be. */
export function isWrittenPlain(node: ResourceNode, holder: object, key: string | number): boolean {
  const text: unknown = Array.isArray(holder) ? holder[Number(key)] : getOwn(holder, String(key));
  if (typeof text !== 'string' || plainScalar(text) !== text) return false;
  const path = pathOf(node.value, holder);
  return !(path && presentStyles(node)?.isQuoted([...path, key], text));
}

/** Whether a text in a map or list of a resource stands in quotes; one that was not read anywhere does if it must. */
export function isWrittenQuoted(node: ResourceNode, holder: object, key: string | number): boolean {
  const path = pathOf(node.value, holder);
  const isQuoted = path && presentStyles(node)?.isQuoted([...path, key]);
  const text: unknown = Array.isArray(holder) ? holder[Number(key)] : getOwn(holder, String(key));
  return isQuoted ?? /^["']/.test(emit(text));
}

/** Whether YAML 1.1 reads a text without quotes as something else. */
export function isOtherInYaml11(text: string): boolean {
  return /^[-+.\dynoYNO]/.test(text) && !text.includes('\n') && typeof parsed(text) !== 'string';
}

function parsed(text: string): unknown {
  try {
    return parse(text, { dialect: 'yaml11' });
  } catch {
    return text;
  }
}

/** The fields that tell the elements of lists apart. */
const IDENTIFYING = ['name', 'key', 'containerPort', 'port', 'protocol', 'mountPath', 'ip', 'topologyKey'];

/** The path of a value in another version of its object, whose lists may have another order. */
export function samePlace(value: unknown, other: unknown, path: ValuePath): ValuePath | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return isScalar(value) === isScalar(other) && other !== undefined ? [] : undefined;
  const field: unknown = Array.isArray(value) ? value[Number(step)] : getOwn(value, String(step));
  if (!Array.isArray(value)) {
    const found = samePlace(field, getOwn(other, String(step)), rest);
    return found && [step, ...found];
  }
  const i = Array.isArray(other) ? other.findIndex((element) => isSameElement(field, element)) : -1;
  const found = i < 0 ? undefined : samePlace(field, (other as unknown[])[i], rest);
  return found && [i, ...found];
}

/** Whether two elements of lists are the same one, by their names or the like. */
export function isSameElement(a: unknown, b: unknown): boolean {
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = IDENTIFYING.filter((key) => getOwn(b, key) !== undefined);
  return keys.length > 0 && keys.every((key) => scalarText(getOwn(a, key)) === scalarText(getOwn(b, key)));
}

/** Where in a value another one is. */
export function pathOf(value: unknown, wanted: unknown): ValuePath | undefined {
  if (value === wanted) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : isRecord(value) ? Object.entries(value) : [];
  for (const [key, field] of entries) {
    const rest = pathOf(field, wanted);
    if (rest) return [key, ...rest];
  }
  return undefined;
}
