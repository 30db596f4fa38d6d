import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { objectSchema } from './object-schema.ts';
import { canonicalJson, fieldElement, type PathElement } from './path-element.ts';

/**
 * What a schema says to structured merge: which kinds of value may stand in a place, and how each
 * is divided among owners. Made once per schema, part by part as values need it.
 */
export interface Atom {
  readonly scalar: ScalarType | undefined;
  readonly list: ListType | undefined;
  readonly map: MapType | undefined;
}

export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped';
export type AtomKind = 'map' | 'list' | 'scalar';

/** Maps and structs. */
export class MapType {
  /** Owned as a whole. */
  readonly atomic: boolean;
  readonly #schema: Schema;
  readonly #preserve: boolean;
  readonly #fields = new Map<string, FieldType | undefined>();
  #element: Atom | null | undefined = null;
  #deduced: boolean | undefined;

  constructor(schema: Schema, preserve: boolean) {
    this.#schema = schema;
    this.#preserve = preserve;
    this.atomic = schema['x-kubernetes-map-type'] === 'atomic';
  }

  /** A field that the schema declares. */
  field(name: string): FieldType | undefined {
    const known = this.#fields.get(name);
    if (known) return known;
    const { properties } = this.#schema;
    if (!properties || !Object.hasOwn(properties, name)) return undefined;
    const field = new FieldType(name, properties[name] as Schema, this.#preserve);
    this.#fields.set(name, field);
    return field;
  }

  /** What undeclared fields are; `undefined` where there may be none. */
  get element(): Atom | undefined {
    if (this.#element === null) this.#element = this.#elementAtom();
    return this.#element;
  }

  /** Nothing is declared and anything goes: such a map has always been granular. */
  get isDeduced(): boolean {
    return (this.#deduced ??=
      !this.#hasFields() && (this.element === DEDUCED || this.element?.scalar === 'untyped'));
  }

  #hasFields(): boolean {
    for (const _ in this.#schema.properties) return true;
    return false;
  }

  #elementAtom(): Atom | undefined {
    const { additionalProperties } = this.#schema;
    if (typeof additionalProperties === 'object') return atomOf(additionalProperties, this.#preserve);
    const open = additionalProperties ?? (this.#preserve || !this.#hasFields());
    return open ? DEDUCED : undefined;
  }
}

/** A field that a schema declares. */
export class FieldType {
  readonly element: PathElement;
  readonly #schema: Schema;
  readonly #preserve: boolean;
  #atom: Atom | undefined;

  constructor(name: string, schema: Schema, preserve: boolean) {
    this.element = fieldElement(name);
    this.#schema = schema;
    this.#preserve = preserve;
  }

  get atom(): Atom {
    return (this.#atom ??= atomOf(this.#schema, this.#preserve));
  }

  get default(): unknown {
    return this.#schema.default;
  }
}

/** A field that tells list items apart: its name, and the same as JSON. */
export interface ListKey {
  readonly name: string;
  readonly json: string;
}

/** Lists, sets, and lists that are maps by some of their items' fields. */
export class ListType {
  /** Whether items are owned one by one; else the list is owned as a whole. */
  readonly associative: boolean;
  /** The fields that tell items apart, sorted; a set has none. */
  readonly keys: readonly ListKey[];
  readonly #schema: Schema;
  readonly #preserve: boolean;
  #element: Atom | undefined;

  constructor(schema: Schema, preserve: boolean) {
    this.#schema = schema;
    this.#preserve = preserve;
    const { associative, keys } = listRelationship(schema);
    this.associative = associative;
    this.keys = keys.toSorted().map((name) => ({ name, json: canonicalJson(name) }));
  }

  get element(): Atom {
    const { items } = this.#schema;
    return (this.#element ??= items ? atomOf(items, this.#preserve) : UNTYPED);
  }
}

/** A list without `x-kubernetes-list-type` follows the rules of strategic merge, as old types do. */
function listRelationship(schema: Schema): { associative: boolean; keys: readonly string[] } {
  const type = schema['x-kubernetes-list-type'];
  if (type)
    return {
      associative: type !== 'atomic',
      keys: type === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [],
    };
  const merges = schema['x-kubernetes-patch-strategy']?.split(',').includes('merge') ?? false;
  const key = schema['x-kubernetes-patch-merge-key'];
  return { associative: merges, keys: merges && key !== undefined ? [key] : [] };
}

const UNTYPED_SCHEMA: Schema = { 'x-kubernetes-map-type': 'atomic' };
/** Anything, owned as a whole. */
const UNTYPED: Atom = createAtom(UNTYPED_SCHEMA, false);
/** Anything: maps are granular, lists are owned as a whole. */
export const DEDUCED: Atom = createAtom({}, false);

const plain = new WeakMap<Schema, Atom>();
const preserving = new WeakMap<Schema, Atom>();

/**
 * The atom of a schema.
 *
 * @param preserve Whether a schema above allows unknown fields, which holds for all below it.
 */
export function atomOf(schema: Schema | undefined, preserve = false): Atom {
  if (!schema) return DEDUCED;
  const known = preserve ? preserving : plain;
  let atom = known.get(schema);
  if (!atom) {
    atom = createAtom(schema, preserve || (schema['x-kubernetes-preserve-unknown-fields'] ?? false));
    known.set(schema, atom);
  }
  return atom;
}

function createAtom(schema: Schema, preserve: boolean): Atom {
  const none = { scalar: undefined, list: undefined, map: undefined };
  const whole = schema['x-kubernetes-embedded-resource'] ? objectSchema(schema) : schema;
  switch (schema.type) {
    case 'object':
      return { ...none, map: new MapType(whole, preserve) };
    case 'array':
      return { ...none, list: new ListType(schema, preserve) };
    case 'integer':
    case 'number':
      return { ...none, scalar: 'numeric' };
    case 'boolean':
      return { ...none, scalar: 'boolean' };
    case 'string':
      // Times and quantities are not only strings to clients.
      return { ...none, scalar: !schema.format || schema.format === 'byte' ? 'string' : 'untyped' };
    default:
      return { scalar: 'untyped', list: new ListType(schema, preserve), map: new MapType(whole, preserve) };
  }
}

/**
 * Which part of the atom a value falls under. A value that fits none, and `null`, which fits all,
 * fall under the first that there is.
 */
export function kindIn(atom: Atom, value: unknown): AtomKind {
  const kind = kindOfValue(value);
  return kind && atom[kind] ? kind : defaultKind(atom);
}

/** The part that counts where there is no value to go by. */
export function defaultKind(atom: Atom): AtomKind {
  return atom.map ? 'map' : atom.scalar ? 'scalar' : 'list';
}

function kindOfValue(value: unknown): AtomKind | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && !(value instanceof NumberLiteral) ? 'map' : 'scalar';
}

/** The type of a field, declared or not. */
export function fieldAtom(type: MapType, name: string): Atom | undefined {
  return type.field(name)?.atom ?? type.element;
}

/** The map that a value is, if it is one. */
export function asMap(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? value : undefined;
}

/** The list that a value is, if it is one. */
export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
