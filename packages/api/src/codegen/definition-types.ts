import type { KubeObject } from '@gitops-toolkit/core';
import { isEqual } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';
import { typeName } from '../builder/type-names.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { childSchemas } from './child-schemas.ts';
import { interfaceText, type NameOf } from './type-text.ts';

const IMPORTS = `import type { KubeObject } from '@gitops-toolkit/core';\n`;

/**
 * The module with the interfaces of the objects of definitions, and of all that has a `name` within them.
 *
 * @param head a comment that begins the module, with its line break
 * @throws TypeError where two types that differ have one name
 */
export function definitionTypes(definitions: readonly ResourceDefinition<KubeObject>[], head = ''): string {
  const named = new Map<string, Schema>();
  for (const { schema } of definitions) collect(schema, named);
  const nameOf: NameOf = (schema) => typeName(schema)?.name;
  const inner = [...named].map(
    ([name, schema]) =>
      [name, interfaceText({ name, about: typeName(schema)?.about, schema }, nameOf)] as const,
  );
  const objects = definitions.map((definition) => [definition.kind, objectText(definition, nameOf)] as const);
  const sorted = [...inner, ...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return [`${head}${IMPORTS}`, ...sorted].join('\n');
}

/** Finds what has a name; a name means the same wherever it stands, but for its description. */
function collect(schema: Schema, named: Map<string, Schema>): void {
  const name = typeName(schema)?.name;
  if (name !== undefined) {
    const known = named.get(name);
    if (known && !isEqual(known.properties, schema.properties)) {
      throw new TypeError(`two different types are called ${name}`);
    }
    if (!known) named.set(name, schema);
  }
  for (const [, child] of childSchemas(schema)) collect(child, named);
}

function objectText({ kind, schema }: ResourceDefinition<KubeObject>, nameOf: NameOf): string {
  const { spec = {}, status = {} } = schema.properties ?? {};
  const own: Schema = { type: 'object', properties: { spec, status }, required: ['spec'] };
  return interfaceText(
    { name: kind, about: schema.description, heritage: ' extends KubeObject', schema: own },
    nameOf,
  );
}
