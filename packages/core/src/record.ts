/**
 * Objects whose keys come from outside inherit nothing, so that `constructor` or `__proto__` are
 * keys like any other. A constructor with an empty prototype keeps V8's fast property layout,
 * which `Object.create(null)` gives up.
 */
const EmptyRecord = function EmptyRecord() {} as unknown as new () => Record<string, never>;
Object.defineProperty(EmptyRecord, 'prototype', { value: Object.freeze(Object.create(null)) });

/** A new, empty map from strings that inherits nothing. */
export function createRecord<T = unknown>(): Record<string, T> {
  return new EmptyRecord() as Record<string, T>;
}

/** Whether a value is a map: an object that is neither an array nor of a class. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === EmptyRecord.prototype || prototype === null;
}

/** The value of an own key; never one that is inherited, as `object[key]` would give for `constructor`. */
export function getOwn(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Sets an own key, `__proto__` included. */
export function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    record[key] = value;
  }
}

/** A copy that shares nothing with the value. Instances of classes are immutable here and are shared. */
export function cloneValue<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => cloneValue(item)) as T;
  if (!isRecord(value)) return value;
  const copy = createRecord();
  for (const key of Object.keys(value)) setOwn(copy, key, cloneValue(value[key]));
  return copy as T;
}
