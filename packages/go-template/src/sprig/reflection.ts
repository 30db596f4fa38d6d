import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { kindOf, typeOf } from '../value/go-type.ts';
import { baseType, Sized } from '../value/sized.ts';
import { deepEqual } from './deep-equal.ts';

const ANY = 'interface {}';

/** `reflect.Kind` as a text: with the size of numbers. */
export function reflectKind(value: unknown): string {
  if (value instanceof Sized) return baseType(value);
  const kind = kindOf(value);
  return kind === 'float' ? 'float64' : kind;
}

/** Functions that tell what a value is. */
export const reflectionFunctions: FunctionMap = {
  typeOf: goFunction([ANY], typeOf),
  typeIs: goFunction(['string', ANY], (type: string, value: unknown) => type === typeOf(value)),
  typeIsLike: goFunction(['string', ANY], (type: string, value: unknown) => {
    const actual = typeOf(value);
    return type === actual || `*${type}` === actual;
  }),
  kindOf: goFunction([ANY], reflectKind),
  kindIs: goFunction(['string', ANY], (kind: string, value: unknown) => kind === reflectKind(value)),
  deepEqual: goFunction([ANY, ANY], deepEqual),
};
