import type { Schema } from '@gitops-toolkit/schema';
import { childSchemas } from './child-schemas.ts';
import { docComment, literal } from './doc-comment.ts';
import { ownFields, type ResourceOutline } from './resource-outline.ts';
import { interfaceText, type NameOf } from './type-text.ts';

const IMPORTS = `import type { NamedKind } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
`;

/**
 * The TypeScript module of a version of a resource: the constant that clients, caches and controllers take for its
 * name, the interface of its objects, and one for each object within them, named by the way to it.
 *
 * @param head a comment that begins the module, with its line break
 */
export function crdTypes(outline: ResourceOutline, head = ''): string {
  const own = ownSchema(outline.schema);
  const names = nameObjects(own, outline.kind);
  const nameOf: NameOf = (schema) => names.get(schema);
  const object = interfaceText(
    {
      name: outline.kind,
      about: outline.schema.description ?? `An object of kind ${outline.kind}.`,
      heritage: ' extends KubeObject',
      schema: own,
    },
    nameOf,
  );
  const inner = [...names].map(([schema, name]) =>
    interfaceText({ name, about: schema.description, schema }, nameOf),
  );
  return [`${head}${IMPORTS}`, constantText(outline), object, ...inner].join('\n');
}

function constantText({ group, version, kind, plural, scope }: ResourceOutline): string {
  const fields = { group, version, kind, apiVersion: `${group}/${version}`, plural, scope };
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${literal(value)},\n`);
  const comment = docComment({ text: `Names the kind ${kind} of ${group}/${version}.` }, '');
  return `${comment}export const ${kind}: NamedKind<${kind}> = {\n${lines.join('')}};\n`;
}

function ownSchema(schema: Schema): Schema {
  // The object itself may have more fields whatever its schema says: its interface extends one that allows them.
  const required = schema.required ?? [];
  return { type: 'object', properties: Object.fromEntries(ownFields(schema)), required };
}

/** A name for each object with fields, below one of a given name; where two would have one name, the later gets a number. */
function nameObjects(root: Schema, rootName: string): Map<Schema, string> {
  const names = new Map<Schema, string>();
  const taken = new Set([rootName, 'KubeObject', 'NamedKind']);
  const walk = (schema: Schema, name: string): void => {
    for (const [key, child] of childSchemas(schema)) {
      const childName = `${name}${pascalCase(key)}`;
      if (child.properties && Object.keys(child.properties).length > 0)
        names.set(child, free(childName, taken));
      walk(child, names.get(child) ?? childName);
    }
  };
  walk(root, rootName);
  return names;
}

function free(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) candidate = `${name}${n}`;
  taken.add(candidate);
  return candidate;
}

function pascalCase(key: string): string {
  return key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
