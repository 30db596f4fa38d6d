import { type KubeObject, refOf } from '@gitops-toolkit/core';

import { type FieldConflict, PatchError } from '../errors.ts';
import type { OwnershipConflict } from '../structured/ownership.ts';
import { pathString } from '../structured/path-element.ts';
import { type ManagerIdentity, parseManagerId } from './entries.ts';

/** The error for an apply that others stand in the way of, in the words of the API server. */
export function conflictError(conflicts: readonly OwnershipConflict[], object: KubeObject): PatchError {
  const sorted = conflicts.toSorted((a, b) => (a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : 0));
  return new PatchError('PATCH_CONFLICT', conflictMessage(sorted), {
    conflicts: sorted.map(describeConflict),
    object: refOf(object),
    hint: 'Leave the fields out of what you apply, or apply with force to take them over.',
  });
}

function describeConflict({ manager: id, path }: OwnershipConflict): FieldConflict {
  const identity = parseManagerId(id);
  return { ...identity, path: pathString(path), message: `conflict with ${managerText(identity)}` };
}

function conflictMessage(conflicts: readonly OwnershipConflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    const { message, path } = describeConflict(first);
    return `Apply failed with 1 conflict: ${message}: ${path}`;
  }
  const lines: string[] = [];
  for (const [index, { manager, path }] of conflicts.entries()) {
    if (manager !== conflicts[index - 1]?.manager) {
      lines.push(`conflicts with ${managerText(parseManagerId(manager))}:`);
    }
    lines.push(`- ${pathString(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ manager, operation, apiVersion = '', subresource }: ManagerIdentity): string {
  const name =
    JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
