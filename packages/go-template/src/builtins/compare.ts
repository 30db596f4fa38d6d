import { FunctionError } from '../errors.ts';
import { compareStrings } from '../value/go-string.ts';
import { GoStruct } from '../value/go-struct.ts';
import { kindOf, type Kind, typeOf } from '../value/go-type.ts';
import { Complex } from '../value/complex.ts';
import { Sized } from '../value/sized.ts';
import { sprintf } from '../format/sprintf.ts';

const BASIC: ReadonlySet<Kind> = new Set<Kind>(['bool', 'complex', 'int', 'float', 'string', 'uint']);

/** `eq`: whether a value equals any of the others. */
export function equal(first: unknown, ...others: unknown[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => isEqualTo(first, other));
}

/** `ne`. */
export function notEqual(first: unknown, second: unknown): boolean {
  return !equal(first, second);
}

function isEqualTo(a: unknown, b: unknown): boolean {
  const [kind, other] = [basicKindOf(a), basicKindOf(b)];
  if (kind !== other) {
    if (isInteger(kind) && isInteger(other)) return numberOf(a) === numberOf(b);
    if (isNothing(a) || isNothing(b)) return false;
    throw incompatible(a, b);
  }
  if (kind === undefined) return isSame(a, b);
  return kind === 'complex' ? isSameComplex(a as Sized, b as Sized) : numberOf(a) === numberOf(b);
}

/** Whether two values that are neither numbers, strings nor booleans are the same. */
function isSame(a: unknown, b: unknown): boolean {
  const [kind, other] = [kindOf(a), kindOf(b)];
  if (kind !== other && !isNothing(a) && !isNothing(b)) {
    throw new FunctionError(sprintf('non-comparable types %s: %v, %s: %v', [a, typeOf(a), typeOf(b), b]));
  }
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (!(b instanceof GoStruct))
    throw new FunctionError(sprintf('non-comparable type %s: %v', [b, typeOf(b)]));
  return a === b || (a instanceof GoStruct && a.value === b.value);
}

function isSameComplex({ value: a }: Sized, { value: b }: Sized): boolean {
  return a instanceof Complex && b instanceof Complex && a.real === b.real && a.imaginary === b.imaginary;
}

/** `lt`. */
export function less(a: unknown, b: unknown): boolean {
  const [kind, other] = [requireBasic(a), requireBasic(b)];
  if (kind !== other) {
    if (isInteger(kind) && isInteger(other)) return (numberOf(a) as bigint) < (numberOf(b) as bigint);
    throw incompatible(a, b);
  }
  if (kind === 'bool' || kind === 'complex') throw invalidType();
  if (kind === 'string') return compareStrings(a as string, b as string) < 0;
  return (numberOf(a) as number) < (numberOf(b) as number);
}

/** `le`. */
export function lessOrEqual(a: unknown, b: unknown): boolean {
  return less(a, b) || equal(a, b);
}

/** `gt`. */
export function greater(a: unknown, b: unknown): boolean {
  return !lessOrEqual(a, b);
}

/** `ge`. */
export function greaterOrEqual(a: unknown, b: unknown): boolean {
  return !less(a, b);
}

function basicKindOf(value: unknown): Kind | undefined {
  const kind = kindOf(value);
  return BASIC.has(kind) ? kind : undefined;
}

function requireBasic(value: unknown): Kind {
  const kind = basicKindOf(value);
  if (!kind) throw invalidType();
  return kind;
}

const isInteger = (kind: Kind | undefined): boolean => kind === 'int' || kind === 'uint';
const isNothing = (value: unknown): boolean => value === null || value === undefined;
const invalidType = (): FunctionError => new FunctionError('invalid type for comparison');

function incompatible(a: unknown, b: unknown): FunctionError {
  return new FunctionError(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`);
}

/** What of a value `===` and `<` compare. */
function numberOf(value: unknown): unknown {
  return value instanceof Sized ? value.value : value;
}
