import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { FunctionError } from '../errors.ts';
import { isTrue } from '../value/truth.ts';

const ANY = 'interface {}';

/** Functions that choose between values. */
export const defaultFunctions: FunctionMap = {
  default: goFunction([ANY, `...${ANY}`], (fallback: unknown, ...given: unknown[]) =>
    isTrue(given[0]) ? given[0] : fallback,
  ),
  empty: goFunction([ANY], (value: unknown) => !isTrue(value)),
  coalesce: goFunction([`...${ANY}`], (...values: unknown[]) => values.find(isTrue) ?? null),
  all: goFunction([`...${ANY}`], (...values: unknown[]) => values.every(isTrue)),
  any: goFunction([`...${ANY}`], (...values: unknown[]) => values.some(isTrue)),
  ternary: goFunction([ANY, ANY, 'bool'], (yes: unknown, no: unknown, condition: boolean) =>
    condition ? yes : no,
  ),
  fail: goFunction(['string'], (message: string): never => {
    throw new FunctionError(message);
  }),
};
