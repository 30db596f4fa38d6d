// Structured merge: merges, typed operations, and sequences of applies and updates.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { isEqual, isRecord, parseJson } from '../../packages/core/src/index.ts';
import {
  type FieldOwner,
  FieldSet,
  type OwnershipConflict,
  parsePathElement,
  pathString,
  structuredApply,
  structuredUpdate,
  TypedValue,
} from '../../packages/patch/src/index.ts';
import type { Schema } from '../../packages/schema/src/index.ts';
import { parse } from '../../packages/yaml/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

export const suite: Suite = { name: 'ssa', collect };

function* collect(folder: string): Generator<ConformanceCase> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.jsonl'),
  );
  for (const file of files.sort()) {
    const schemas = new SchemaFolder(path.join(folder, path.dirname(file), 'schemas'));
    for (const line of readFileSync(path.join(folder, file), 'utf8').split('\n')) {
      if (line.trim() === '') continue;
      const data = parseJson(line) as { readonly id: string } & (OperationCase | SequenceCase);
      const run = 'steps' in data ? () => runSequence(data, schemas) : () => runOperation(data, schemas);
      yield { name: `${file}/${data.id}`, run };
    }
  }
}

// ---- One operation on one value or two.

interface OperationCase {
  readonly input: {
    readonly op: string;
    readonly schema: string;
    readonly type: SmdTypeRef;
    readonly value?: unknown;
    readonly lhs?: unknown;
    readonly rhs?: unknown;
    readonly items?: unknown;
    readonly fieldsV1?: unknown;
    readonly allowDuplicates?: boolean;
    readonly keysAlreadyAppended?: boolean;
  };
  readonly expect: Readonly<Record<string, unknown>>;
}

function runOperation({ input, expect }: OperationCase, schemas: SchemaFolder): void {
  let outcome: Record<string, unknown>;
  try {
    outcome = operate(input, schemas.type(input.schema, input.type));
  } catch (error) {
    if ('error' in expect) return;
    throw error;
  }
  if ('error' in expect) throw new Error(`expected to fail with ${String(expect['error'])}`);
  for (const key of Object.keys(expect)) assertEqual(key, outcome[key], expect[key]);
}

function operate(input: OperationCase['input'], schema: Schema): Record<string, unknown> {
  const typed = (value: unknown, allowDuplicates = true): TypedValue =>
    TypedValue.of(value, schema, { allowDuplicates });
  switch (input.op) {
    case 'validate':
      typed(input.value, input.allowDuplicates ?? false);
      return { ok: true };
    case 'toFieldSet':
      return { fieldsV1: typed(input.value).toFieldSet().toFieldsV1() };
    case 'merge':
      return { out: typed(input.lhs).merge(typed(input.rhs)).value };
    case 'compare': {
      const { added, modified, removed } = typed(input.lhs).compare(typed(input.rhs));
      return { added: added.toFieldsV1(), modified: modified.toFieldsV1(), removed: removed.toFieldsV1() };
    }
    case 'removeItems':
      return { out: typed(input.value).removeItems(FieldSet.fromFieldsV1(input.items)).value };
    case 'extractItems': {
      const withKeys = !input.keysAlreadyAppended;
      return { out: typed(input.value).extractItems(FieldSet.fromFieldsV1(input.items), { withKeys }).value };
    }
    case 'reconcileWithSchema': {
      const fields = FieldSet.fromFieldsV1(input.fieldsV1);
      const reconciled = typed(input.value).reconcile(fields);
      const unchanged = reconciled.equals(fields);
      return { unchanged, fieldsV1: unchanged ? null : reconciled.toFieldsV1() };
    }
    default:
      throw new Error(`unknown operation ${input.op}`);
  }
}

// ---- Sequences of writes by several managers.

interface SequenceCase {
  readonly converter: string;
  readonly conversions?: readonly Conversion[];
  readonly options: { readonly ignoredFields?: Readonly<Record<string, unknown>> };
  readonly steps: readonly Step[];
}

interface Conversion {
  readonly in: unknown;
  readonly fromType: string;
  readonly toVersion: string;
  readonly toType?: string;
  readonly out?: unknown;
  readonly missingVersion?: boolean;
}

interface Step {
  readonly op: 'apply' | 'update' | 'extractApply' | 'changeSchema';
  readonly manager: string;
  readonly apiVersion: string;
  readonly schema: string;
  readonly type: SmdTypeRef;
  readonly object?: unknown;
  readonly objectYAML?: string;
  readonly force?: boolean;
  readonly conflicts?: readonly { manager: string; string: string; elements: readonly string[] }[];
  readonly error?: string;
  readonly live?: unknown;
  readonly managers: Readonly<Record<string, unknown>>;
}

function runSequence(data: SequenceCase, schemas: SchemaFolder): void {
  let live: unknown = null;
  let type: SmdTypeRef | undefined;
  let owners: ReadonlyMap<string, FieldOwner> = new Map();
  const converter = new Converter(data);
  for (const [index, step] of data.steps.entries()) {
    if (step.op === 'changeSchema') continue;
    const schema = schemas.type(step.schema, step.type);
    const convert = (value: TypedValue, apiVersion: string): TypedValue | undefined =>
      converter.convert(value, apiVersion, step, schemas);
    const before = schemas.value(live, step.schema, type ?? step.type);
    const versioned = converter.begin(before, step, schemas);
    try {
      const object = step.objectYAML === undefined ? step.object : parse(step.objectYAML);
      const write = {
        live: versioned,
        owners,
        manager: step.manager,
        apiVersion: step.apiVersion,
        convert,
        ignored: (apiVersion: string) => ignoredFields(data, apiVersion),
      };
      if (step.op === 'update') {
        const updated = TypedValue.of(object, schema, { allowDuplicates: true });
        owners = structuredUpdate({ ...write, updated });
        live = object;
      } else {
        const config = TypedValue.of(object, schema);
        const result = structuredApply({ ...write, config, force: step.force ?? true });
        assertConflicts(result.conflicts, step, index);
        if (result.owners) {
          owners = result.owners;
          live = (result.value ?? versioned).value;
        }
      }
      if (step.error !== undefined)
        throw new Unexpected(`step ${index}: expected to fail with ${step.error}`);
      if (!step.conflicts) type = step.type;
    } catch (error) {
      if (error instanceof Unexpected || step.error === undefined) throw error;
    }
    assertEqual(`step ${index} managers`, describeOwners(owners), step.managers);
    if ('live' in step) assertEqual(`step ${index} live`, live, step.live);
  }
}

class Unexpected extends Error {}

function ignoredFields(data: SequenceCase, apiVersion: string): FieldSet | undefined {
  const fields = data.options.ignoredFields?.[apiVersion];
  return fields === undefined ? undefined : FieldSet.fromFieldsV1(fields);
}

function describeOwners(owners: ReadonlyMap<string, FieldOwner>): Record<string, unknown> {
  const entries = [...owners].map(([manager, { apiVersion, applied, fields }]) => [
    manager,
    { apiVersion, operation: applied ? 'Apply' : 'Update', fieldsV1: fields.toFieldsV1() },
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function assertConflicts(conflicts: readonly OwnershipConflict[], step: Step, index: number): void {
  const actual = conflicts.map(
    (conflict) => `${conflict.manager} ${pathString(conflict.path)} ${conflict.path.join()}`,
  );
  const expected = (step.conflicts ?? []).map(
    (conflict) =>
      `${conflict.manager} ${conflict.string} ${conflict.elements.map((text) => parsePathElement(text)).join()}`,
  );
  if (!isEqual(actual.sort(), expected.sort())) {
    throw new Unexpected(
      `step ${index} conflicts: expected ${expected.join('; ')}\ngot ${actual.join('; ')}`,
    );
  }
}

function assertEqual(what: string, actual: unknown, expected: unknown): void {
  if (isEqual(actual, expected)) return;
  throw new Unexpected(
    `${what}: expected ${JSON.stringify(expected)}\n${what}: got      ${JSON.stringify(actual)}`,
  );
}

/** Converts between versions as the corpus' converters do: by what they were seen to do, else by rule. */
class Converter {
  readonly #name: string;
  readonly #conversions: readonly Conversion[];
  /** The recorded calls are in order: the same question may be answered differently later. */
  #position = 0;

  constructor(data: SequenceCase) {
    this.#name = data.converter;
    this.#conversions = data.conversions ?? [];
  }

  /** The live value in the version of a step, which is what every step asks for first. */
  begin(live: TypedValue, step: Step, schemas: SchemaFolder): TypedValue {
    const index = this.#conversions.findIndex(
      (call, position) => position >= this.#position && isAnswer(call, live, step.apiVersion),
    );
    if (index >= 0) this.#position = index;
    return this.convert(live, step.apiVersion, step, schemas) ?? live;
  }

  convert(value: TypedValue, apiVersion: string, step: Step, schemas: SchemaFolder): TypedValue | undefined {
    if (this.#name === 'identity') return value;
    const from = schemas.nameOf(value);
    const answers = this.#conversions.filter(
      (call) => isAnswer(call, value, apiVersion) && call.fromType === from,
    );
    const known = answers.find((call) => this.#conversions.indexOf(call) >= this.#position) ?? answers.at(-1);
    if (known?.missingVersion) return undefined;
    if (known?.toType !== undefined) return schemas.value(known.out, step.schema, known.toType);
    return this.#byRule(value, apiVersion, from, step, schemas);
  }

  #byRule(
    value: TypedValue,
    apiVersion: string,
    from: string,
    step: Step,
    schemas: SchemaFolder,
  ): TypedValue {
    if (this.#name === 'renaming')
      return schemas.value(renameKeys(value.value, from, apiVersion), step.schema, apiVersion);
    if (this.#name === 'repeating') {
      const times = Number(apiVersion.slice(1));
      return schemas.value(repeatKeys(value.value, times, true), step.schema, from);
    }
    return value;
  }
}

function isAnswer(call: Conversion, value: TypedValue, apiVersion: string): boolean {
  return call.toVersion === apiVersion && isEqual(call.in, value.value);
}

function renameKeys(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renameKeys(item, from, to));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key.endsWith(from) ? key.slice(0, -from.length) + to : key,
    renameKeys(item, from, to),
  ]);
  return Object.fromEntries(entries);
}

function repeatKeys(value: unknown, times: number, isRoot: boolean): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    isRoot ? key : key.slice(0, 1).repeat(times),
    repeatKeys(item, times, false),
  ]);
  return Object.fromEntries(entries);
}

// ---- Schemas: the corpus has structured-merge-diff's own, which say the same as ours.

type SmdTypeRef = string | (SmdAtom & { readonly namedType?: string; readonly elementRelationship?: string });

interface SmdAtom {
  readonly scalar?: string;
  readonly map?: {
    readonly fields?: readonly {
      readonly name: string;
      readonly type: SmdTypeRef;
      readonly default?: unknown;
    }[];
    readonly elementType?: SmdTypeRef;
    readonly elementRelationship?: string;
  };
  readonly list?: {
    readonly elementType: SmdTypeRef;
    readonly elementRelationship?: string;
    readonly keys?: readonly string[];
  };
}

/** Reads the schemas of a corpus, each once. */
class SchemaFolder {
  readonly #folder: string;
  readonly #files = new Map<string, SchemaFile>();
  readonly #names = new WeakMap<Schema, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  type(file: string, type: SmdTypeRef): Schema {
    let schemas = this.#files.get(file);
    if (!schemas) {
      schemas = new SchemaFile(readFileSync(path.join(this.#folder, `${file}.json`), 'utf8'));
      this.#files.set(file, schemas);
    }
    const schema = schemas.resolve(type);
    if (typeof type === 'string') this.#names.set(schema, type);
    return schema;
  }

  value(value: unknown, file: string, type: SmdTypeRef): TypedValue {
    return TypedValue.of(value, this.type(file, type), { allowDuplicates: true });
  }

  /** The name of a value's type. */
  nameOf(value: TypedValue): string {
    return (value.schema && this.#names.get(value.schema)) ?? '';
  }
}

type Draft = { -readonly [K in keyof Schema]: Schema[K] };

class SchemaFile {
  readonly #atoms: ReadonlyMap<string, SmdAtom>;
  readonly #named = new Map<string, Schema>();

  constructor(text: string) {
    const { types } = JSON.parse(text) as { types: readonly (SmdAtom & { readonly name: string })[] };
    this.#atoms = new Map(types.map((type) => [type.name, type]));
  }

  resolve(type: SmdTypeRef, relationship?: string): Schema {
    if (typeof type !== 'string') {
      return type.namedType === undefined
        ? this.#fill({}, type, type.elementRelationship)
        : this.resolve(type.namedType, type.elementRelationship);
    }
    const key = `${type}|${relationship ?? ''}`;
    const known = this.#named.get(key);
    if (known) return known;
    const atom = this.#atoms.get(type);
    if (!atom) throw new Error(`no type ${type}`);
    const schema: Draft = {};
    this.#named.set(key, schema);
    return this.#fill(schema, atom, relationship);
  }

  #fill(schema: Draft, atom: SmdAtom, relationship?: string): Schema {
    const kinds = [atom.map, atom.list, atom.scalar].filter((kind) => kind !== undefined).length;
    if (atom.map) this.#fillMap(schema, atom.map, relationship, kinds === 1);
    if (atom.list) this.#fillList(schema, atom.list, atom.map ? undefined : relationship, kinds === 1);
    if (atom.scalar !== undefined && kinds === 1) fillScalar(schema, atom.scalar);
    return schema;
  }

  #fillMap(
    schema: Draft,
    map: NonNullable<SmdAtom['map']>,
    relationship: string | undefined,
    only: boolean,
  ): void {
    if (only) schema.type = 'object';
    schema['x-kubernetes-map-type'] =
      (relationship ?? map.elementRelationship) === 'atomic' ? 'atomic' : 'granular';
    // A map that is like the deduced one needs no words.
    if (!only && isDeduced(map.elementType)) return;
    schema.additionalProperties = map.elementType === undefined ? false : this.resolve(map.elementType);
    if (map.fields) {
      const fields = map.fields.map((field) => [field.name, this.#field(field)]);
      schema.properties = Object.fromEntries(fields) as Record<string, Schema>;
    }
  }

  #field(field: { readonly type: SmdTypeRef; readonly default?: unknown }): Schema {
    const schema = this.resolve(field.type);
    return field.default === undefined || isRecord(field.default)
      ? schema
      : { ...schema, default: field.default };
  }

  #fillList(
    schema: Draft,
    list: NonNullable<SmdAtom['list']>,
    relationship: string | undefined,
    only: boolean,
  ): void {
    if (only) schema.type = 'array';
    const associative = (relationship ?? list.elementRelationship) === 'associative';
    if (!only && !associative) return;
    schema.items = this.resolve(list.elementType);
    if (list.keys) schema['x-kubernetes-list-map-keys'] = list.keys;
    schema['x-kubernetes-list-type'] = !associative ? 'atomic' : list.keys ? 'map' : 'set';
  }
}

function isDeduced(type: SmdTypeRef | undefined): boolean {
  return typeof type === 'object' && (type.namedType?.startsWith('__untyped_') ?? false);
}

function fillScalar(schema: Draft, scalar: string): void {
  schema.type = scalar === 'numeric' ? 'number' : scalar === 'boolean' ? 'boolean' : 'string';
  if (scalar === 'untyped') schema.format = 'int-or-string';
}
