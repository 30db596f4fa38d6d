import { isRecord } from '@gitops-toolkit/core';

/** The keywords under which schemas are: one, a list of them, or some by name. */
const HOLDERS: ReadonlyMap<string, 'one' | 'list' | 'map' | 'one or list'> = new Map([
  ...(
    'not additionalProperties additionalItems propertyNames contains if then else unevaluatedProperties ' +
    'unevaluatedItems contentSchema'
  )
    .split(' ')
    .map((name) => [name, 'one'] as const),
  ['items', 'one or list'],
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((name) => [name, 'list'] as const),
  ...'definitions properties patternProperties dependencies $defs dependentSchemas'
    .split(' ')
    .map((name) => [name, 'map'] as const),
]);

/** The schemas right in a schema, with the path to each. */
export function subschemas(
  schema: Readonly<Record<string, unknown>>,
): { readonly path: readonly string[]; readonly schema: unknown }[] {
  const found: { path: readonly string[]; schema: unknown }[] = [];
  const take = (path: readonly string[], inner: unknown): void => {
    if (typeof inner === 'boolean' || isRecord(inner)) found.push({ path, schema: inner });
  };
  for (const key of Object.keys(schema)) {
    const holder = HOLDERS.get(key);
    if (holder === undefined) continue;
    const value = schema[key];
    if (holder === 'map') {
      if (isRecord(value)) for (const name of Object.keys(value)) take([key, name], value[name]);
    } else if (Array.isArray(value)) {
      if (holder !== 'one') value.forEach((inner, i) => take([key, String(i)], inner));
    } else if (holder !== 'list') take([key], value);
  }
  return found;
}
