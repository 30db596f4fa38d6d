import type { Schema } from '@gitops-toolkit/schema';

/**
 * The schemas of the parts of a schema's values, each with its name: a property's own, `item` of a list, `value` of
 * a map with free keys.
 */
export function childSchemas(schema: Schema): [name: string, child: Schema][] {
  const children = Object.entries(schema.properties ?? {});
  if (schema.items) children.push(['item', schema.items]);
  if (typeof schema.additionalProperties === 'object') children.push(['value', schema.additionalProperties]);
  return children;
}
