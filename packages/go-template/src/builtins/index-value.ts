import { FunctionError } from '../errors.ts';
import { byteLength, sliceBytes, toBytes } from '../value/go-string.ts';
import { elementType, kindOf, typeOf, zeroOf } from '../value/go-type.ts';
import { isGoMap, typedList, typeMark } from '../value/typed.ts';
import { Sized } from '../value/sized.ts';

/** `index x 1 "a"` is `x[1]["a"]`. */
export function indexValue(item: unknown, ...indexes: unknown[]): unknown {
  if (item === undefined || item === null) throw new FunctionError('index of untyped nil');
  return indexes.reduce(elementAt, item);
}

function elementAt(item: unknown, index: unknown): unknown {
  if (item === undefined || item === null) throw new FunctionError('index of nil pointer');
  if (isGoMap(item)) {
    const key = requireKey(index);
    return Object.hasOwn(item, key) ? (item[key] ?? null) : zeroOf(elementType(item));
  }
  if (typeof item === 'string') {
    const at = requireIndex(index, byteLength(item));
    return new Sized('uint8', BigInt(requireElement(toBytes(item), at)));
  }
  if (item instanceof Uint8Array) {
    return new Sized('uint8', BigInt(requireElement(item, requireIndex(index, item.length))));
  }
  if (Array.isArray(item)) return requireElement(item, requireIndex(index, item.length)) as unknown;
  throw new FunctionError(`can't index item of type ${typeOf(item)}`);
}

function requireElement<T>(items: ArrayLike<T>, at: number): T {
  if (at >= items.length) throw new FunctionError('reflect: slice index out of range');
  return items[at] as T;
}

function requireKey(index: unknown): string {
  if (index === undefined || index === null) {
    throw new FunctionError('value is nil; should be of type string');
  }
  if (typeof index === 'string') return index;
  throw new FunctionError(`value has type ${typeOf(index)}; should be string`);
}

function requireIndex(index: unknown, capacity: number): number {
  const kind = kindOf(index);
  if (kind === 'invalid') throw new FunctionError('cannot index slice/array with nil');
  if (kind !== 'int' && kind !== 'uint') {
    throw new FunctionError(`cannot index slice/array with type ${typeOf(index)}`);
  }
  const at = (index instanceof Sized ? index.value : index) as bigint;
  if (at < 0n || at > capacity) throw new FunctionError(`index out of range: ${at}`);
  return Number(at);
}

/** `slice x 1 2` is `x[1:2]`, of bytes for strings. */
export function sliceValue(item: unknown, ...indexes: unknown[]): unknown {
  if (item === undefined || item === null) throw new FunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  const isString = typeof item === 'string';
  if (isString && indexes.length === 3) throw new FunctionError('cannot 3-index slice a string');
  if (!isString && !Array.isArray(item) && !(item instanceof Uint8Array)) {
    throw new FunctionError(`can't slice item of type ${typeOf(item)}`);
  }
  const length = isString ? byteLength(item) : item.length;
  const [start = 0, end = length, capacity] = indexes.map((index) => requireIndex(index, length));
  requireOrder(start, end);
  if (capacity !== undefined) requireOrder(end, capacity);
  if (isString) return sliceBytes(item, start, end);
  if (item instanceof Uint8Array) return item.subarray(start, end);
  const type = typeMark(item);
  return type === undefined ? item.slice(start, end) : typedList(type, item.slice(start, end));
}

function requireOrder(start: number, end: number): void {
  if (start > end) throw new FunctionError(`invalid slice index: ${start} > ${end}`);
}
