/**
 * A type as Go writes it: `string`, `int`, `interface {}`, `[]string`, `map[string]interface {}`, `reflect.Value`.
 * A parameter of type `reflect.Value` takes anything, and knows what is missing from what is nil.
 */
export type GoType = string;

/** A function that templates can call: what it takes is checked before, as Go's reflection does. */
export interface GoFunction {
  readonly parameters: readonly GoType[];
  /** The last parameter stands for any number of values. */
  readonly isVariadic: boolean;
  /** The text of the first argument is given in front of all, for messages. */
  readonly takesSource?: boolean;
  /** @throws FunctionError where Go's function would return an error. */
  readonly call: (...values: never[]) => unknown;
}

/**
 * Makes a function of a list of Go types and what it does. A last type with `...` in front takes any number of values.
 *
 * What is nil or missing reaches `call` as `null`, but as `undefined` for `reflect.Value` where it is missing.
 *
 * @example
 * ```ts
 * import { goFunction } from '@gitops-toolkit/go-template';
 * const greet = goFunction(['string', '...string'], (first: string, ...names: string[]) => `${first} ${names.join(', ')}`);
 * ```
 */
export function goFunction<A extends readonly unknown[]>(
  parameters: readonly GoType[],
  call: (...values: A) => unknown,
): GoFunction {
  const last = parameters.at(-1);
  const isVariadic = last?.startsWith('...') ?? false;
  const types = isVariadic ? [...parameters.slice(0, -1), last?.slice(3) ?? ''] : parameters;
  return { parameters: types, isVariadic, call: call as unknown as GoFunction['call'] };
}

/** Whether a value is a function of Go's. */
export function isGoFunction(value: unknown): value is GoFunction {
  return typeof value === 'object' && value !== null && 'isVariadic' in value && 'parameters' in value;
}
