import { FunctionError } from '../errors.ts';
import { isGoFunction, type GoType } from '../value/go-function.ts';
import { canBeNil, isAssignable, typeOf } from '../value/go-type.ts';

/** `call`: a value that is a function, with arguments. `source` is how the template names it. */
export function callFunction(source: string, called: unknown, ...values: unknown[]): unknown {
  if (called === null || called === undefined) throw new FunctionError('call of nil');
  if (!isGoFunction(called)) throw new FunctionError(`non-function ${source} of type ${typeOf(called)}`);
  const { parameters, isVariadic } = called;
  const fixed = parameters.length - (isVariadic ? 1 : 0);
  if (isVariadic ? values.length < fixed : values.length !== fixed) {
    const wanted = isVariadic ? `at least ${fixed}` : String(fixed);
    throw new FunctionError(`wrong number of args for ${source}: got ${values.length} want ${wanted}`);
  }
  const prepared = values.map((value, i) =>
    prepare(value, parameters[Math.min(i, parameters.length - 1)] ?? '', i),
  );
  return (called.call as (...values: readonly unknown[]) => unknown)(...prepared);
}

function prepare(value: unknown, type: GoType, index: number): unknown {
  if (value === null || value === undefined) {
    if (canBeNil(type)) return null;
    throw new FunctionError(`arg ${index}: value is nil; should be of type ${type}`);
  }
  if (isAssignable(typeOf(value), type)) return value;
  throw new FunctionError(`arg ${index}: value has type ${typeOf(value)}; should be ${type}`);
}
