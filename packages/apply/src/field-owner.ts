import { getOwn, isEqual, isRecord, type KubeObject, type ManagedFieldsEntry } from '@gitops-toolkit/core';
import { indexOf } from './json-path.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whether another manager than ours applies the field at a path. */
export function isOwnedByOtherApply(
  live: KubeObject,
  path: readonly string[],
  fieldManager: string,
): boolean {
  return (live.metadata.managedFields ?? []).some(
    (entry) => isApply(entry) && entry.manager !== fieldManager && owns(entry.fieldsV1, live, path),
  );
}

function isApply(entry: ManagedFieldsEntry): boolean {
  return entry.operation === 'Apply' && !entry.subresource;
}

/** Follows a path through `fieldsV1`, finding items of lists by the keys that it names them by. */
function owns(fields: unknown, value: unknown, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (!isRecord(fields)) return false;
  if (!Array.isArray(value)) return owns(getOwn(fields, `f:${step}`), getOwn(value, step), rest);
  const index = indexOf(value, step);
  if (index === undefined) return false;
  const item: unknown = value[index];
  const key = Object.keys(fields).find((name) => namesItem(name, item));
  return key !== undefined && owns((fields as Fields)[key], item, rest);
}

/** `k:{"name":"web"}` names an item by its keys, `v:"web"` by its value. */
function namesItem(name: string, item: unknown): boolean {
  if (name.startsWith('v:')) return isEqual(parse(name.slice(2)), item);
  if (!name.startsWith('k:')) return false;
  const keys = parse(name.slice(2));
  return isRecord(keys) && Object.entries(keys).every(([key, value]) => isEqual(getOwn(item, key), value));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
