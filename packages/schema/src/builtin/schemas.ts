import { formatApiVersion, type GroupVersionKind } from '@gitops-toolkit/core';
import { BUILTIN_DEFINITIONS } from '../generated/definitions.ts';
import type { Schema } from '../schema.ts';
import { DefinitionTable } from './decode.ts';

let table: DefinitionTable | undefined;

/**
 * The schema of a built-in kind, or `undefined` for any other: types, required fields, enums, list
 * types and keys, patch strategies and merge keys, as a real API server publishes them. Nothing is
 * read before the first call, and a call expands only what the kind leads to.
 *
 * Defaults are only those that the published schema can express (`protocol: TCP`); what the API
 * server's code adds beside is not here. Lists (`PodList`) and `DeleteOptions` are kinds, too.
 *
 * @example
 * ```ts
 * import { builtinSchema } from '@gitops-toolkit/schema';
 * const service = builtinSchema({ group: '', version: 'v1', kind: 'Service' });
 * const ports = service?.properties?.['spec']?.properties?.['ports'];
 * console.log(ports?.['x-kubernetes-list-map-keys']); // [ 'port', 'protocol' ]
 * ```
 */
export function builtinSchema(gvk: GroupVersionKind): Schema | undefined {
  table ??= new DefinitionTable(BUILTIN_DEFINITIONS);
  return table.kind(formatApiVersion(gvk.group, gvk.version), gvk.kind);
}
