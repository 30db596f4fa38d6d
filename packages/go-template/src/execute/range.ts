import { printValue } from '../format/format-value.ts';
import { hasInterfaceElements, kindOf } from '../value/go-type.ts';
import { Sized } from '../value/sized.ts';
import { sortedKeys } from '../value/sorted-keys.ts';
import { type GoMap, isGoMap } from '../value/typed.ts';

/** What a loop goes through. */
export interface RangeItems {
  readonly length: number;
  /** Whether Go has the elements in interfaces, which messages show. */
  readonly isInterface: boolean;
  key(index: number): unknown;
  value(index: number): unknown;
}

interface Failing {
  fail(message: string): never;
}

/** What `range` goes through, or `undefined` where there is nothing. */
export function rangeItems(context: Failing, value: unknown, variables: number): RangeItems | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : itemsOfList(value);
  if (isGoMap(value)) return itemsOfMap(value);
  if (value instanceof Uint8Array) return value.length === 0 ? undefined : itemsOfBytes(value);
  const kind = kindOf(value);
  if (kind === 'int' || kind === 'uint') {
    if (variables > 1) context.fail(`can't use ${printValue(value)} to iterate over more than one variable`);
    return itemsOfInteger(value as bigint | Sized);
  }
  return context.fail(`range can't iterate over ${printValue(value)}`);
}

function itemsOfList(list: readonly unknown[]): RangeItems {
  return {
    length: list.length,
    isInterface: hasInterfaceElements(list),
    key: (index) => BigInt(index),
    value: (index) => list[index] ?? null,
  };
}

/** In the order of the keys; what is set during the loop is not seen. */
function itemsOfMap(map: GoMap): RangeItems | undefined {
  const keys = sortedKeys(map);
  if (keys.length === 0) return undefined;
  const values = keys.map((key) => map[key] ?? null);
  return {
    length: keys.length,
    isInterface: hasInterfaceElements(map),
    key: (index) => keys[index],
    value: (index) => values[index],
  };
}

function itemsOfBytes(bytes: Uint8Array): RangeItems {
  return {
    length: bytes.length,
    isInterface: false,
    key: (index) => BigInt(index),
    value: (index) => new Sized('uint8', BigInt(bytes[index] ?? 0)),
  };
}

function itemsOfInteger(value: bigint | Sized): RangeItems | undefined {
  const end = Number(value instanceof Sized ? (value.value as bigint) : value);
  if (end <= 0) return undefined;
  return {
    length: end,
    isInterface: false,
    key: () => undefined,
    value: (index) => (value instanceof Sized ? new Sized(value.type, BigInt(index)) : BigInt(index)),
  };
}
