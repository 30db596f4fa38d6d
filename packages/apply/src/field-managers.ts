import type { KubeObject, ManagedFieldsEntry } from '@gitops-toolkit/core';
import { FieldSet } from '@gitops-toolkit/patch';

/** Entries of `managedFields` to take over. */
export interface FieldManagerMatch {
  /** The beginning of the manager's name. */
  readonly prefix: string;
  readonly operation: 'Apply' | 'Update';
}

/** Managers that wrote on our behalf before: kubectl, and this one without server-side apply. */
export function supersededManagers(fieldManager: string, more: readonly string[] = []): FieldManagerMatch[] {
  return [
    { prefix: 'kubectl', operation: 'Apply' },
    { prefix: 'kubectl', operation: 'Update' },
    { prefix: 'before-first-apply', operation: 'Update' },
    { prefix: fieldManager, operation: 'Update' },
    ...more.flatMap((prefix) => [
      { prefix, operation: 'Apply' } as const,
      { prefix, operation: 'Update' } as const,
    ]),
  ];
}

/**
 * The `managedFields` of an object with the entries of other managers merged into our own, or
 * `undefined` where there are none. Without that, fields that kubectl once wrote would stay when
 * they are removed from the source.
 */
export function takeOver(
  live: KubeObject,
  managers: readonly FieldManagerMatch[],
  fieldManager: string,
): ManagedFieldsEntry[] | undefined {
  const entries = live.metadata.managedFields ?? [];
  const own = entries.find(
    (entry) => entry.manager === fieldManager && entry.operation === 'Apply' && !entry.subresource,
  );
  const others = entries.filter((entry) => entry !== own);
  const taken = others.filter((entry) => managers.some((manager) => isMatch(entry, manager)));
  const [first] = taken;
  if (!first) return undefined;
  const base = own ?? { ...first, manager: fieldManager, operation: 'Apply' };
  const fieldsV1 = union(own ? [own, ...taken] : taken).toFieldsV1();
  return [...others.filter((entry) => !taken.includes(entry)), { ...base, fieldsV1 }];
}

function isMatch(entry: ManagedFieldsEntry, { prefix, operation }: FieldManagerMatch): boolean {
  return entry.operation === operation && !entry.subresource && (entry.manager ?? '').startsWith(prefix);
}

function union(entries: readonly ManagedFieldsEntry[]): FieldSet {
  const sets = entries.map((entry) => FieldSet.fromFieldsV1(entry.fieldsV1 ?? {}));
  return sets.reduce((all, set) => all.union(set));
}
