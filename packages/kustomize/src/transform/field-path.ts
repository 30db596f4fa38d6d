import { createRecord, getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { isScalar, plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { splitPath } from './field-spec.ts';
import { type FieldSlot, slotValue } from './field-slot.ts';
import { compilePattern } from './regex.ts';
import { invalidField, wrongKind } from './visit-field.ts';

/** What a missing last field is made as. */
export type NewFieldKind = 'scalar' | 'map' | 'list';

/** Splits `spec.containers.[name=web].image`; dots in brackets belong to the key. */
export function splitFieldPath(path: string): string[] {
  const parts = splitPath(path, '.');
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const bracketed = [part];
    while (i < parts.length - 1) {
      const next = parts[++i] ?? '';
      bracketed.push(next);
      if (next.endsWith(']')) break;
    }
    const joined = bracketed.join('.');
    result.push(joined.includes('=') ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}

/** Finds the one place of a path: numbers are positions, `-` the last element, `[name=web]` an exact match. */
export function lookUp(root: unknown, path: readonly string[]): FieldSlot | undefined {
  let slot: FieldSlot | undefined;
  let at: unknown = root;
  for (const part of path.map((name) => name.trim()).filter((name) => name !== '')) {
    slot = step(at, part);
    at = slot && slotValue(slot);
    if (at === undefined) return undefined;
  }
  return slot;
}

function step(at: unknown, part: string): FieldSlot | undefined {
  if (/^[+-]?\d+$/.test(part)) {
    const index = Number(part);
    if (index < 0) throw invalidField(`array index ${index} cannot be negative`);
    return listSlot(requireList(at), index);
  }
  if (part === '-') {
    const list = requireList(at);
    return listSlot(list, list.length - 1);
  }
  if (part === '*') throw invalidField('wildcard is not supported in PathGetter');
  const match = readMatch(part);
  if (match) {
    const list = requireList(at);
    return listSlot(
      list,
      list.findIndex((element) => scalarText(matchedField(element, match.field)) === match.value),
    );
  }
  if (at === null || at === undefined) return undefined;
  if (!isRecord(at)) throw wrongKind('MappingNode', at);
  return { holder: at, key: part, isNew: false, path: [] };
}

function listSlot(list: unknown[], index: number): FieldSlot | undefined {
  return index >= 0 && index < list.length ? { holder: list, key: index, isNew: false, path: [] } : undefined;
}

function requireList(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrongKind('SequenceNode', value);
  return value;
}

/** `[field=value]` as its parts; the field is blank for `[=value]`. */
function readMatch(part: string): { field: string; value: string } | undefined {
  if (!part.startsWith('[') || !part.endsWith(']')) return undefined;
  const text = part.slice(1, -1);
  const equals = text.indexOf('=');
  if (equals < 0)
    throw invalidField('list path element must contain fieldName=fieldValue for element to match');
  return { field: text.slice(0, equals), value: text.slice(equals + 1) };
}

function matchedField(element: unknown, field: string): unknown {
  return field === '' ? element : getOwn(element, field);
}

/**
 * Finds every place of a path: `*` is each element of a list, `[name=pattern]` each whose field matches a
 * regular expression anywhere.
 *
 * @param create Makes what is missing, and the last field as this kind.
 */
export function findSlots(
  root: unknown,
  path: readonly string[],
  create: NewFieldKind | undefined,
): FieldSlot[] {
  return matchFrom({ holder: [root], key: 0, isNew: false, path: [] }, path, create);
}

function matchFrom(slot: FieldSlot, path: readonly string[], create: NewFieldKind | undefined): FieldSlot[] {
  const [part, ...rest] = path;
  if (part === undefined) return [slot];
  if (/^\+?\d+$/.test(part)) return matchIndex(slot, Number(part), rest, create);
  if (part.startsWith('[') && part.endsWith(']')) return matchElements(slot, part, rest, create);
  if (part === '*') {
    const list = requireList(slotValue(slot));
    return list.flatMap((_, i) =>
      matchFrom({ holder: list, key: i, isNew: slot.isNew, path: [...slot.path, i] }, rest, create),
    );
  }
  return matchField(slot, part, rest, create);
}

function matchIndex(
  slot: FieldSlot,
  index: number,
  rest: readonly string[],
  create: NewFieldKind | undefined,
): FieldSlot[] {
  const list = requireList(slotValue(slot));
  let isNew = slot.isNew;
  if (list.length === index && create) {
    list.push(blankFor(rest[0], create));
    isNew = true;
  }
  if (list.length <= index)
    throw invalidField(`index ${index} specified but only ${list.length} elements found`);
  return matchFrom({ holder: list, key: index, isNew, path: [...slot.path, index] }, rest, create);
}

function matchElements(
  slot: FieldSlot,
  part: string,
  rest: readonly string[],
  create: NewFieldKind | undefined,
): FieldSlot[] {
  const match = readMatch(part);
  if (!match) return [];
  const { field, value } = match;
  const list = requireList(slotValue(slot));
  const pattern = compilePattern(value);
  const find = (): FieldSlot[] =>
    list.flatMap((element, i) => {
      const text = matchedField(element, field);
      if (text === undefined || !pattern.test(scalarText(text))) return [];
      const found: FieldSlot = { holder: list, key: i, isNew: false, path: [...slot.path, i] };
      return field === '' ? [found] : matchFrom(found, rest, create);
    });
  const found = find();
  if (found.length > 0 || !create) return found;
  list.push(newElement(field, value));
  return find();
}

function newElement(field: string, value: string): unknown {
  if (field === '') return plainScalar(value);
  const element = createRecord();
  setOwn(element, field, plainScalar(value));
  return element;
}

function matchField(
  slot: FieldSlot,
  name: string,
  rest: readonly string[],
  create: NewFieldKind | undefined,
): FieldSlot[] {
  let map = slotValue(slot);
  if (map !== null && map !== undefined && !isRecord(map)) throw wrongKind('MappingNode', map);
  if (!isRecord(map) || getOwn(map, name) === undefined) {
    if (!create) return [];
    if (map === null) return [belowNull(slot, name)];
    if (!isRecord(map)) {
      map = createRecord();
      setRecordSlot(slot, map);
    }
    setOwn(map as Record<string, unknown>, name, blankFor(rest[0], create));
    return matchFrom(
      { holder: map as Record<string, unknown>, key: name, isNew: true, path: [...slot.path, name] },
      rest,
      create,
    );
  }
  const field = getOwn(map, name);
  // kustomize looks into a text as if it were YAML, and what it finds there counts; it cannot be changed.
  if (isScalar(field) && rest.length > 0) return field === null && create ? [belowNull(slot, name)] : [];
  return matchFrom({ holder: map, key: name, isNew: false, path: [...slot.path, name] }, rest, create);
}

/** A null counts as such a text, in which everything can be made. */
function belowNull({ path }: FieldSlot, name: string): FieldSlot {
  return { holder: createRecord(), key: name, isNew: true, path: [...path, name], isBelowNull: true };
}

function setRecordSlot({ holder, key }: FieldSlot, map: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = map;
  else setOwn(holder, String(key), map);
}

/** A blank of the kind that the next part of a path needs. */
function blankFor(next: string | undefined, last: NewFieldKind): unknown {
  const isListPart =
    next !== undefined && (/^\+?\d+$/.test(next) || (next.startsWith('[') && next.endsWith(']')));
  if (isListPart) return [];
  if (next !== undefined) return createRecord();
  if (last === 'scalar') return '';
  return last === 'map' ? createRecord() : [];
}
