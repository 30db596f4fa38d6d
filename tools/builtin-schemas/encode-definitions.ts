import { isDeepStrictEqual } from 'node:util';
import { type EncodedNode, type EncodedObject, SCALARS } from '../../packages/schema/src/builtin/encoding.ts';

/** A schema as a server publishes it in OpenAPI v3, as far as structure goes. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly type?: NonNullable<EncodedObject['type']>;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly 'x-kubernetes-list-type'?: NonNullable<EncodedObject['list']>;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: NonNullable<EncodedObject['map']>;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

type Definitions = Readonly<Record<string, OpenApiSchema>>;

/** The lines of the table: `name apiVersion json`, sorted by name. */
export function encodeDefinitions(definitions: Definitions): string[] {
  const encoder = new Encoder(definitions);
  const lines = new Map<string, string>();
  for (const name of Object.keys(definitions).sort()) {
    const schema = definitions[name] as OpenApiSchema;
    const node = encoder.encode(schema);
    if (typeof node === 'string') continue; // a scalar: it stands where it is used
    const short = shortName(name);
    if (lines.has(short)) throw new Error(`two definitions are called ${short}`);
    lines.set(short, `${short} ${apiVersionOf(schema, short)} ${JSON.stringify(node)}`);
  }
  return [...lines.values()].sort();
}

/** Kinds of many groups (`DeleteOptions`) are kept for the core group. */
function apiVersionOf(schema: OpenApiSchema, short: string): string {
  const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
  const [first] = kinds.length > 1 ? kinds.filter(({ group }) => group === '') : kinds;
  if (!first) return '-';
  if (!short.endsWith(`.${first.kind}`)) throw new Error(`${short} is called ${first.kind}`);
  return first.group === '' ? first.version : `${first.group}/${first.version}`;
}

/** `io.k8s.api.core.v1.Pod` → `core.v1.Pod`. */
function shortName(name: string): string {
  return name.split('.').slice(-3).join('.');
}

class Encoder {
  readonly #definitions: Definitions;
  /** The properties that tell items of lists apart, by the definition that the items are. */
  readonly #keys = new Map<OpenApiSchema, Set<string>>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
    for (const schema of Object.values(definitions)) this.#collectKeys(schema);
  }

  encode(schema: OpenApiSchema): EncodedNode {
    const reference = referenceOf(schema);
    const node = reference === undefined ? this.#own(schema) : this.#reference(reference, schema);
    return (typeof node === 'object' ? scalarCode(node) : undefined) ?? node;
  }

  #reference(reference: string, schema: OpenApiSchema): EncodedNode {
    const target = this.#target(reference);
    const scalar = target.properties ? undefined : scalarCode(this.#own(target));
    const ref = scalar ?? shortName(reference);
    const extensions = extensionsOf(schema);
    return Object.keys(extensions).length === 0 ? ref : { ref, ...extensions };
  }

  #own(schema: OpenApiSchema): EncodedObject {
    return {
      ...(schema.type ? { type: schema.type } : {}),
      ...(schema.format ? { format: schema.format } : {}),
      ...(schema.enum ? { enum: schema.enum } : {}),
      ...(isMeant(schema.default) ? { default: schema.default } : {}),
      ...(schema.required ? { r: schema.required } : {}),
      ...(schema.properties ? { p: this.#properties(schema) } : {}),
      ...(schema.additionalProperties ? { a: this.encode(schema.additionalProperties) } : {}),
      ...(schema.items ? { i: this.encode(schema.items) } : {}),
      ...(schema.oneOf ? { oneOf: schema.oneOf.map((item) => this.encode(item)) } : {}),
      ...extensionsOf(schema),
    };
  }

  #properties(schema: OpenApiSchema): Record<string, EncodedNode> {
    const keys = this.#keys.get(schema);
    const entries = Object.entries(schema.properties ?? {}).map(([name, property]): [string, EncodedNode] => {
      const node = this.encode(property);
      // An optional key needs its default, though it be empty: items without it have that identity.
      const isKey = keys?.has(name) && !schema.required?.includes(name);
      if (!isKey || property.default === undefined || isMeant(property.default)) return [name, node];
      return [name, { ...(typeof node === 'string' ? { ref: node } : node), default: property.default }];
    });
    return Object.fromEntries(entries);
  }

  #collectKeys(schema: OpenApiSchema): void {
    const keys = schema['x-kubernetes-list-map-keys'];
    if (keys && schema.items) {
      const reference = referenceOf(schema.items);
      const item = reference === undefined ? schema.items : this.#target(reference);
      this.#keys.set(item, new Set([...(this.#keys.get(item) ?? []), ...keys]));
    }
    for (const child of Object.values(schema.properties ?? {})) this.#collectKeys(child);
    if (schema.items) this.#collectKeys(schema.items);
    if (schema.additionalProperties) this.#collectKeys(schema.additionalProperties);
  }

  #target(reference: string): OpenApiSchema {
    const target = this.#definitions[reference.slice(reference.lastIndexOf('/') + 1)];
    if (!target) throw new Error(`${reference} leads nowhere`);
    return target;
  }
}

/** A reference stands alone, or in an `allOf` where something is said beside it. */
function referenceOf(schema: OpenApiSchema): string | undefined {
  if (schema.allOf && schema.allOf.length !== 1)
    throw new Error('an allOf of several schemas is not expected');
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (schema.allOf && reference === undefined)
    throw new Error('an allOf without a reference is not expected');
  return reference;
}

/**
 * Fields that are no pointers in Go have an empty default in the published schemas, which says how
 * they decode and not what the server fills in.
 */
function isMeant(value: unknown): boolean {
  return (
    value !== undefined && value !== '' && value !== 0 && value !== false && !isDeepStrictEqual(value, {})
  );
}

function extensionsOf(schema: OpenApiSchema): EncodedObject {
  const list = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const map = schema['x-kubernetes-map-type'];
  const patch = schema['x-kubernetes-patch-strategy'];
  const merge = schema['x-kubernetes-patch-merge-key'];
  return {
    ...(list ? { list } : {}),
    ...(keys ? { keys } : {}),
    ...(map ? { map } : {}),
    ...(patch ? { patch } : {}),
    ...(merge ? { merge } : {}),
  };
}

/** The shapes of which {@link SCALARS} is the meaning. */
const SHAPES: readonly (readonly [code: string, shape: EncodedObject])[] = [
  ['s', { type: 'string' }],
  ['b', { type: 'boolean' }],
  ['i', { type: 'integer', format: 'int32' }],
  ['l', { type: 'integer', format: 'int64' }],
  ['d', { type: 'number', format: 'double' }],
  ['t', { type: 'string', format: 'date-time' }],
  ['y', { type: 'string', format: 'byte' }],
  ['x', { format: 'int-or-string', oneOf: [{ type: 'integer' }, 's'] }],
  ['q', { oneOf: ['s', { type: 'number' }] }],
  // An object of which nothing is known holds anything.
  ['o', { type: 'object' }],
  ['any', {}],
];

function scalarCode(node: EncodedObject): string | undefined {
  const code = SHAPES.find(([, shape]) => isDeepStrictEqual(node, shape))?.[0];
  if (code !== undefined && !Object.hasOwn(SCALARS, code)) throw new Error(`the code ${code} has no meaning`);
  return code;
}
