import { isRecord } from '@gitops-toolkit/core';
import { type GoFunction, type GoType, isGoFunction } from './go-function.ts';
import { GoStruct } from './go-struct.ts';
import { baseType, Sized } from './sized.ts';
import { isGoMap, nilList, typeMark } from './typed.ts';

/** What Go's reflection calls the kind of a value, whatever the name of its type. */
export type Kind =
  | 'invalid'
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'string'
  | 'map'
  | 'slice'
  | 'struct'
  | 'ptr'
  | 'func';

/** The kind of a value. `null` and `undefined` are invalid: what an empty interface holds. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    default:
      return value === undefined || value === null ? 'invalid' : kindOfObject(value);
  }
}

function kindOfObject(value: unknown): Kind {
  if (Array.isArray(value) || value instanceof Uint8Array) return 'slice';
  if (value instanceof Sized) {
    const base = baseType(value);
    if (base.startsWith('u')) return 'uint';
    if (base.startsWith('i')) return 'int';
    return base === 'float32' ? 'float' : 'complex';
  }
  if (value instanceof GoStruct) return value.isPointer ? 'ptr' : 'struct';
  if (isGoMap(value)) return 'map';
  return isGoFunction(value) ? 'func' : 'struct';
}

/** The type of a value as Go's `%T` prints it; `<nil>` for none. */
export function typeOf(value: unknown): GoType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    default:
      return value === undefined || value === null ? '<nil>' : typeOfObject(value);
  }
}

function typeOfObject(value: object): GoType {
  if (Array.isArray(value)) return typeMark(value) ?? '[]interface {}';
  if (value instanceof Uint8Array) return '[]uint8';
  if (value instanceof Sized) return typeof value.type === 'string' ? value.type : value.type.name;
  if (value instanceof GoStruct) return value.type.name;
  if (isGoFunction(value)) return `func(${value.parameters.join(', ')}) interface {}`;
  return typeMark(value) ?? 'map[string]interface {}';
}

/** The methods of a named type, each bound to a value of it. */
export type TypeMethods = Readonly<Record<string, (value: never) => GoFunction>>;

/** Named types of maps and lists, and what they are named for. */
const underlying = new Map<GoType, GoType>();
const methodsOfTypes = new Map<GoType, TypeMethods>();

/**
 * Tells that a named type is one of maps or lists: values of both can be assigned to each other. Templates can call its
 * methods, before whatever a map has under their names.
 */
export function nameType(name: GoType, type: GoType, methods: TypeMethods = {}): void {
  underlying.set(name, type);
  elementTypes.delete(name);
  methodsOfTypes.set(name, methods);
}

/** A method of a map or list of a named type. */
export function methodOf(value: unknown, name: string): GoFunction | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const type = typeMark(value);
  const methods = type === undefined ? undefined : methodsOfTypes.get(type);
  return methods && Object.hasOwn(methods, name) ? methods[name]?.(value as never) : undefined;
}

/** The type without its name: `map[string]interface {}` for `chartutil.Values`. */
export function underlyingType(type: GoType): GoType {
  return underlying.get(type) ?? type;
}

/** Whether Go lets a value of a type be given where another is asked for. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (from === to || to === 'interface {}' || to === 'reflect.Value') return true;
  const isNamed = (type: GoType) => underlying.has(type);
  return (
    (!isNamed(from) || !isNamed(to)) &&
    underlyingType(from) === underlyingType(to) &&
    (isNamed(from) || isNamed(to))
  );
}

/** The type of the elements of a map or list. */
export function elementType(value: object): GoType {
  return elementTypeOf(typeOf(value));
}

const elementTypes = new Map<GoType, GoType>();

function elementTypeOf(name: GoType): GoType {
  let element = elementTypes.get(name);
  if (element === undefined) {
    const type = underlyingType(name);
    element = type.startsWith('[]') ? type.slice(2) : type.slice(type.indexOf(']') + 1);
    elementTypes.set(name, element);
  }
  return element;
}

/** Whether Go would have the elements of a map or list in interfaces, as those of YAML and JSON are. */
export function hasInterfaceElements(value: unknown): boolean {
  return typeof value === 'object' && value !== null && elementType(value) === 'interface {}';
}

/** Whether Go would have what a value has in interfaces. */
export function holdsInterfaces(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isRecord(value)) return true;
  const type = value instanceof GoStruct ? undefined : typeMark(value);
  if (type === undefined) return !(value instanceof GoStruct);
  return elementTypeOf(type) === 'interface {}';
}

/** The zero value of a type, as far as templates meet it. */
export function zeroOf(type: GoType): unknown {
  if (type === 'string') return '';
  if (type === 'bool') return false;
  if (type === 'float64') return 0;
  if (type === 'int') return 0n;
  if (/^u?int\d*$/.test(type)) return new Sized(type as 'int64', 0n);
  return type.startsWith('[]') ? nilList(type) : null;
}

/** Whether nil can be of a type. */
export function canBeNil(type: GoType): boolean {
  const base = underlyingType(type);
  return (
    base === 'interface {}' ||
    base === 'reflect.Value' ||
    base === 'error' ||
    base.startsWith('map[') ||
    base.startsWith('[]') ||
    base.startsWith('*') ||
    base.startsWith('func(')
  );
}
