import type { Schema } from '@gitops-toolkit/schema';

/** What the generated TypeScript interface of a schema's values is called, and what it says of itself. */
export interface TypeName {
  readonly name: string;
  readonly about: string;
}

const names = new WeakMap<Schema, TypeName>();

/** Gives the type of a schema's values a name. */
export function nameType(schema: Schema, name: TypeName): void {
  names.set(schema, name);
}

/** The name that the type of a schema's values was given. */
export function typeName(schema: Schema): TypeName | undefined {
  return names.get(schema);
}
