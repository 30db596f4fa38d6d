import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { formatFloat, type GoMap } from '@gitops-toolkit/go-template';
import { withFloats } from '../functions/yaml-functions.ts';

/** What a Go struct wants of a value: as much of Go's types as YAML is read into. */
export type Shape = 'string' | 'bool' | 'any' | ListShape | MapShape | StructShape;

interface ListShape {
  readonly list: Shape;
}

interface MapShape {
  readonly map: Shape;
}

/** A struct: its fields by the names that they have in JSON. */
export interface StructShape {
  /** The name of its type in messages; empty for one that has none. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

/** A value of another type than is wanted, in the words of Go's `encoding/json`. */
export class ShapeFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShapeFault';
  }
}

interface Place {
  readonly struct: string;
  readonly path: readonly string[];
}

/**
 * Gives a value from YAML the shape of a Go struct: numbers and booleans become text where text is wanted, names of
 * fields are found whatever their case, what has no field is left out.
 *
 * @throws ShapeFault
 */
export function decodeStruct(value: unknown, shape: StructShape, type: string): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (!isRecord(value))
    throw new ShapeFault(`json: cannot unmarshal ${kindOf(value)} into Go value of type ${type}`);
  return decodeFields(value, shape, { struct: shape.name, path: [] });
}

function decodeFields(map: GoMap, shape: StructShape, place: Place): Record<string, unknown> {
  const decoded: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(map).toSorted()) {
    const name = fieldOf(shape, key);
    const inner = name === undefined ? undefined : shape.fields[name];
    if (name === undefined || inner === undefined) continue;
    const value = decode(map[key], inner, { struct: shape.name, path: [...place.path, name] });
    if (value !== undefined) decoded[name] = value;
  }
  return decoded;
}

function fieldOf({ fields }: StructShape, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return Object.keys(fields).find((name) => name.toLowerCase() === key.toLowerCase());
}

/** Null leaves what is there; in a list it is an element all the same. */
function decode(value: unknown, shape: Shape, place: Place): unknown {
  if (shape === 'any') return withFloats(value);
  if (value === null || value === undefined) return undefined;
  if (shape === 'string') return decodeString(value, place);
  if (shape === 'bool') return typeof value === 'boolean' ? value : wrong(value, 'bool', place);
  if ('list' in shape) {
    if (!Array.isArray(value)) return wrong(value, typeText(shape), place);
    return value.map((item) => decode(item, shape.list, place) ?? (shape.list === 'string' ? '' : null));
  }
  if (!isRecord(value)) return wrong(value, typeText(shape), place);
  if ('fields' in shape) return decodeFields(value, shape, place);
  const map = Object.create(null) as GoMap;
  for (const key of Object.keys(value).toSorted()) map[key] = decode(value[key], shape.map, place) ?? '';
  return map;
}

function decodeString(value: unknown, place: Place): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' && !(value instanceof NumberLiteral)) return wrong(value, 'string', place);
  const isFloat =
    value instanceof NumberLiteral ? /^(?!0x).*[.e]/i.test(value.text) : !Number.isInteger(value);
  if (isFloat) return formatFloat(Number(value), { verb: 'g', precision: -1 });
  return value instanceof NumberLiteral ? value.json : String(value);
}

function wrong(value: unknown, type: string, { struct, path }: Place): never {
  const field = `${struct}.${path.join('.')}`;
  throw new ShapeFault(
    `json: cannot unmarshal ${kindOf(value)} into Go struct field ${field} of type ${type}`,
  );
}

function typeText(shape: Shape): string {
  if (shape === 'any') return 'interface {}';
  if (typeof shape === 'string') return shape;
  if ('list' in shape) return `[]${typeText(shape.list)}`;
  return 'map' in shape ? `map[string]${typeText(shape.map)}` : `chart.${shape.name}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return isRecord(value) ? 'object' : 'number';
}
