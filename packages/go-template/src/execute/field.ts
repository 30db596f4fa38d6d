import { isRecord } from '@gitops-toolkit/core';
import { quoteString } from '../format/quote.ts';
import type { GoFunction } from '../value/go-function.ts';
import { GoStruct } from '../value/go-struct.ts';
import { elementType, kindOf, methodOf, typeOf, zeroOf } from '../value/go-type.ts';
import { entriesOf, type GoMap, isGoMap } from '../value/typed.ts';

/** What reading a field needs of an execution. */
export interface FieldContext {
  readonly missingKey: 'default' | 'zero' | 'error';
  fail(message: string): never;
  call(called: GoFunction, name: string, node: number, values: readonly unknown[]): unknown;
  readonly at: number;
}

/** `.name` of a value, without arguments: a method, a field of a struct, or an element of a map. */
export function readField(
  context: FieldContext,
  receiver: unknown,
  name: string,
  isInterface: boolean,
): unknown {
  // Most receivers are maps of no named type, which have no methods.
  if (isRecord(receiver)) return readElement(context, receiver, name);
  const method = receiver instanceof GoStruct ? receiver.method(name) : methodOf(receiver, name);
  if (method) return callWithout(context, method, name);
  if (isGoMap(receiver)) return readElement(context, entriesOf(receiver), name);
  if (receiver === undefined || receiver === null) return readNothing(context, receiver, name);
  if (receiver instanceof GoStruct && receiver.hasField(name)) return receiver.field(name);
  return context.fail(
    `can't evaluate field ${name} in type ${isInterface ? 'interface {}' : typeOf(receiver)}`,
  );
}

function readElement(context: FieldContext, map: GoMap, name: string): unknown {
  return Object.hasOwn(map, name) ? (map[name] ?? null) : missingElement(context, map, name);
}

function callWithout(context: FieldContext, method: GoFunction, name: string): unknown {
  const fixed = method.parameters.length - (method.isVariadic ? 1 : 0);
  if (fixed > 0) {
    const wanted = method.isVariadic ? `at least ${fixed}` : String(fixed);
    context.fail(`wrong number of args for ${name}: want ${wanted} got 0`);
  }
  return context.call(method, name, context.at, []);
}

function missingElement(context: FieldContext, map: object, name: string): unknown {
  if (context.missingKey === 'error') return context.fail(`map has no entry for key ${quoteString(name)}`);
  return context.missingKey === 'zero' ? zeroOf(elementType(map)) : undefined;
}

/** What is missing has no fields and no faults; nil has none of the former. */
function readNothing(context: FieldContext, receiver: undefined | null, name: string): unknown {
  if (receiver === null) return context.fail(`nil pointer evaluating interface {}.${name}`);
  if (context.missingKey === 'error') context.fail(`nil data; no entry for key ${quoteString(name)}`);
  return undefined;
}

/** `.name` of a value as something to call; `undefined` where there is no value, which is no fault. */
export function requireMethod(
  context: FieldContext,
  receiver: unknown,
  name: string,
  isInterface: boolean,
): GoFunction | undefined {
  if (receiver === undefined || receiver === null) {
    readNothing(context, receiver, name);
    return undefined;
  }
  const method = receiver instanceof GoStruct ? receiver.method(name) : methodOf(receiver, name);
  if (method) return method;
  if (isGoMap(receiver)) return context.fail(`${name} is not a method but has arguments`);
  if (receiver instanceof GoStruct && receiver.hasField(name)) {
    context.fail(`${name} has arguments but cannot be invoked as function`);
  }
  const type = isInterface && kindOf(receiver) !== 'invalid' ? 'interface {}' : typeOf(receiver);
  return context.fail(`can't evaluate field ${name} in type ${type}`);
}
