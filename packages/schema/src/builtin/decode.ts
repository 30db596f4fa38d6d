import { SchemaError } from '../errors.ts';
import type { Schema } from '../schema.ts';
import { type EncodedNode, type EncodedObject, SCALARS } from './encoding.ts';

type Draft = { -readonly [K in keyof Schema]: Schema[K] };

/**
 * Definitions in their compact form, of which only those are expanded that a kind in use leads to.
 * A definition becomes one object, whoever refers to it.
 */
export class DefinitionTable {
  /** Where the JSON of each definition begins in its line. */
  readonly #lines = new Map<
    string,
    { readonly line: string; readonly start: number; readonly apiVersion: string }
  >();
  readonly #nameByKind = new Map<string, string>();
  readonly #decoded = new Map<string, Draft>();

  /** @param text one definition a line, as {@link EncodedObject} says. */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      const nameEnd = line.indexOf(' ');
      if (nameEnd < 0) continue;
      const versionEnd = line.indexOf(' ', nameEnd + 1);
      const name = line.slice(0, nameEnd);
      const apiVersion = line.slice(nameEnd + 1, versionEnd);
      this.#lines.set(name, { line, start: versionEnd + 1, apiVersion });
      if (apiVersion !== '-') this.#nameByKind.set(`${apiVersion} ${lastPart(name)}`, name);
    }
  }

  /** The names of all definitions, in the order of their lines. */
  get names(): IterableIterator<string> {
    return this.#lines.keys();
  }

  /** The schema of a kind, with all it leads to. */
  kind(apiVersion: string, kind: string): Schema | undefined {
    const name = this.#nameByKind.get(`${apiVersion} ${kind}`);
    return name === undefined ? undefined : this.definition(name);
  }

  /**
   * The schema that a definition is.
   *
   * @throws SchemaError `SCHEMA_UNKNOWN_DEFINITION`
   */
  definition(name: string): Schema {
    const known = this.#decoded.get(name);
    if (known) return known;
    const entry = this.#lines.get(name);
    if (!entry) throw new SchemaError('SCHEMA_UNKNOWN_DEFINITION', `there is no built-in definition ${name}`);
    // Registered before it is filled: a definition may contain itself.
    const schema: Draft = {};
    this.#decoded.set(name, schema);
    this.#fill(schema, JSON.parse(entry.line.slice(entry.start)) as EncodedObject);
    if (entry.apiVersion !== '-')
      schema['x-kubernetes-group-version-kind'] = [kindOf(entry.apiVersion, name)];
    return schema;
  }

  #node(node: EncodedNode): Schema {
    if (typeof node === 'string') return SCALARS[node] ?? this.definition(node);
    const schema: Draft = {};
    this.#fill(schema, node);
    return schema;
  }

  #fill(schema: Draft, node: EncodedObject): void {
    if (node.ref !== undefined) Object.assign(schema, this.#node(node.ref));
    if (node.type !== undefined) schema.type = node.type;
    if (node.format !== undefined) schema.format = node.format;
    if (node.enum) schema.enum = node.enum;
    if (node.default !== undefined) schema.default = node.default;
    if (node.r) schema.required = node.r;
    if (node.p) schema.properties = this.#properties(node.p);
    if (node.a !== undefined) schema.additionalProperties = this.#node(node.a);
    if (node.i !== undefined) schema.items = this.#node(node.i);
    if (node.oneOf) schema.oneOf = node.oneOf.map((item) => this.#node(item));
    if (node.list) schema['x-kubernetes-list-type'] = node.list;
    if (node.keys) schema['x-kubernetes-list-map-keys'] = node.keys;
    if (node.map) schema['x-kubernetes-map-type'] = node.map;
    if (node.patch !== undefined) schema['x-kubernetes-patch-strategy'] = node.patch;
    if (node.merge !== undefined) schema['x-kubernetes-patch-merge-key'] = node.merge;
  }

  #properties(nodes: Readonly<Record<string, EncodedNode>>): Record<string, Schema> {
    const properties: Record<string, Schema> = {};
    for (const key of Object.keys(nodes)) properties[key] = this.#node(nodes[key] as EncodedNode);
    return properties;
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function kindOf(apiVersion: string, name: string): { group: string; version: string; kind: string } {
  const slash = apiVersion.indexOf('/');
  return {
    group: apiVersion.slice(0, Math.max(slash, 0)),
    version: apiVersion.slice(slash + 1),
    kind: lastPart(name),
  };
}
