import { getOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { type FieldKind, fieldKind, messageType } from '../go-types/message-types.ts';

export const componentReference = (name: string): string => `#/components/schemas/${name}`;

interface SpecialType {
  readonly name: string;
  readonly schema: unknown;
}

const anything = (name: string): SpecialType => ({ name: `apiextensions.v1.${name}`, schema: {} });

/** Types with a way of their own to be written. */
const SPECIAL: Readonly<Record<string, SpecialType>> = {
  quantity: { name: 'api.resource.Quantity', schema: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  intOrString: {
    name: 'util.intstr.IntOrString',
    schema: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  json: anything('JSON'),
  schemaOrBool: anything('JSONSchemaPropsOrBool'),
  schemaOrArray: anything('JSONSchemaPropsOrArray'),
  schemaOrStrings: anything('JSONSchemaPropsOrStringArray'),
};

/**
 * Schemas by name. Parts whose Go type is known are named after it, for `kubectl explain` prints the
 * last part of the name as their type. Others get a name where they occur more than once or contain
 * themselves, and stay where they are otherwise.
 */
export class OpenApiComponents {
  readonly schemas: Record<string, unknown> = {};
  /** Names of parts, by schema and Go type: types of the same structure may share a schema. */
  readonly #names: Map<Schema, Map<string, string>> = new Map();
  readonly #seen: Set<Schema> = new Set();
  readonly #shared: Set<Schema> = new Set();
  #unnamed = 0;

  /** Adds a schema, with the Go type that it describes, as `apps/v1.Deployment`, if it has one. */
  add(name: string, schema: Schema, message: string): void {
    this.#countParts(schema);
    this.schemas[name] = this.#print(schema, { kind: 'message', message });
  }

  /** Notes every object that is linked to from two places. */
  #countParts(schema: Schema): void {
    for (const part of parts(schema)) {
      if (this.#seen.has(part) && part.properties) {
        this.#shared.add(part);
        continue;
      }
      this.#seen.add(part);
      this.#countParts(part);
    }
  }

  #link(schema: Schema, type: FieldKind | undefined): unknown {
    const special =
      type?.kind === 'special'
        ? (getOwn(SPECIAL, type.name === 'raw' && schema.type === undefined ? 'json' : type.name) as
            | SpecialType
            | undefined)
        : undefined;
    if (special) {
      this.schemas[special.name] ??= special.schema;
      return { $ref: componentReference(special.name) };
    }
    const name = this.#nameOf(schema, type);
    if (name === undefined) return this.#print(schema, type);
    if (!Object.hasOwn(this.schemas, name)) {
      // Taken before its parts are printed, which may link back to it.
      this.schemas[name] = null;
      this.schemas[name] = this.#print(schema, type);
    }
    return { $ref: componentReference(name) };
  }

  #nameOf(schema: Schema, type: FieldKind | undefined): string | undefined {
    if (!schema.properties) return undefined;
    const message = type?.kind === 'message' && messageType(type.message) ? type.message : '';
    if (message === '' && !this.#shared.has(schema)) return undefined;
    let names = this.#names.get(schema);
    if (!names) this.#names.set(schema, (names = new Map()));
    let name = names.get(message);
    if (name === undefined) names.set(message, (name = this.#newName(message)));
    return name;
  }

  #newName(message: string): string {
    if (message === '') return `shared.Object${++this.#unnamed}`;
    // The last part stays the type's also where its schema differs from place to place.
    const name = message.replace('/', '.');
    let free = name;
    for (let i = 2; Object.hasOwn(this.schemas, free); i++) free = `variant${i}.${name}`;
    return free;
  }

  #print(schema: Schema, type: FieldKind | undefined): Record<string, unknown> {
    const printed: Record<string, unknown> = { ...schema };
    if (schema.properties) {
      printed['properties'] = Object.fromEntries(
        Object.entries(schema.properties).map(([key, part]) => [
          key,
          this.#link(part, type?.kind === 'message' ? fieldKind(type.message, key) : undefined),
        ]),
      );
    }
    const inner = type && 'of' in type ? type.of : undefined;
    if (schema.items) printed['items'] = this.#link(schema.items, inner);
    if (typeof schema.additionalProperties === 'object') {
      printed['additionalProperties'] = this.#link(schema.additionalProperties, inner);
    }
    return printed;
  }
}

function parts({ properties, items, additionalProperties }: Schema): Schema[] {
  return [
    ...Object.values(properties ?? {}),
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
}
