import { FunctionError } from '../errors.ts';
import { countWork } from '../execute/limits.ts';
import { sprint } from '../format/sprintf.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { int64, type Sized } from '../value/sized.ts';
import { typedList } from '../value/typed.ts';
import { asInt64, toFloat64, toInt64 } from './cast.ts';
import { Decimal } from './decimal.ts';

const ANY = 'interface {}';

function divide(a: unknown, b: unknown): Sized {
  const divisor = toInt64(b);
  if (divisor === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return int64(toInt64(a) / divisor);
}

function modulo(a: unknown, b: unknown): Sized {
  const divisor = toInt64(b);
  if (divisor === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return int64(toInt64(a) % divisor);
}

function steps(start: bigint, stop: bigint, step: bigint): bigint[] {
  const numbers: bigint[] = [];
  const isDown = stop < start;
  if (isDown ? step >= 0n : step <= 0n) return numbers;
  countWork(Number((stop - start) / step));
  for (let at = start; isDown ? at > stop : at < stop; at += step) numbers.push(at);
  return numbers;
}

/** `seq`, as the program of that name prints it. */
function sequence(...parameters: bigint[]): string {
  const [first = 0n, second = 0n, third = 0n] = parameters;
  switch (parameters.length) {
    case 1: {
      const unit = first < 1n ? -1n : 1n;
      return steps(1n, first + unit, unit).join(' ');
    }
    case 2: {
      const unit = second < first ? -1n : 1n;
      return steps(first, second + unit, unit).join(' ');
    }
    case 3: {
      const isDown = third < first;
      if (isDown && second > 0n) return '';
      return steps(first, third + (isDown ? -1n : 1n), second).join(' ');
    }
    default:
      return '';
  }
}

function extreme(isBetter: (a: bigint, b: bigint) => boolean): (...values: unknown[]) => Sized {
  return (...values) =>
    int64(values.map(toInt64).reduce((best, value) => (isBetter(value, best) ? value : best)));
}

/** Sums and products of floats are decimal in sprig: 0.1 and 0.2 are 0.3. */
function decimal(
  change: (a: Decimal, b: Decimal) => Decimal,
): (first: unknown, rest: readonly unknown[]) => number {
  return (first, rest) =>
    rest
      .reduce(
        (sum: Decimal, value) => change(sum, Decimal.of(toFloat64(value))),
        Decimal.of(toFloat64(first)),
      )
      .toNumber();
}

const sum = decimal((a, b) => a.plus(b));
const difference = decimal((a, b) => a.minus(b));
const product = decimal((a, b) => a.times(b));
const quotient = decimal((a, b) => a.dividedBy(b));

function round(value: unknown, places: bigint, ...options: number[]): number {
  const [threshold = 0.5] = options;
  const power = 10 ** Number(places);
  const digit = power * toFloat64(value);
  const fraction = digit - Math.trunc(digit);
  return (fraction >= threshold ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** `toDecimal`: an octal number. */
function fromOctal(value: unknown): Sized {
  const text = sprint([value]);
  if (!/^[+-]?[0-7]+$/.test(text)) return int64(0n);
  const number = BigInt(`0o${text.replace(/^[+-]/, '')}`);
  const signed = text.startsWith('-') ? -number : number;
  return int64(signed).value === signed ? int64(signed) : int64(0n);
}

/** Functions for numbers. */
export const mathFunctions: FunctionMap = {
  atoi: goFunction(['string'], (text: string) => {
    const value = /^[+-]?[0-9]+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : 0n;
    return BigInt.asIntN(64, value) === value ? value : value < 0n ? -(1n << 63n) : (1n << 63n) - 1n;
  }),
  int64: goFunction([ANY], asInt64),
  int: goFunction([ANY], toInt64),
  float64: goFunction([ANY], toFloat64),
  seq: goFunction(['...int'], sequence),
  toDecimal: goFunction([ANY], fromOctal),
  until: goFunction(['int'], (count: bigint) => typedList('[]int', steps(0n, count, count < 0n ? -1n : 1n))),
  untilStep: goFunction(['int', 'int', 'int'], (start: bigint, stop: bigint, step: bigint) =>
    typedList('[]int', steps(start, stop, step)),
  ),
  add1: goFunction([ANY], (value: unknown) => int64(toInt64(value) + 1n)),
  add: goFunction([`...${ANY}`], (...values: unknown[]) =>
    int64(values.reduce((a: bigint, b) => a + toInt64(b), 0n)),
  ),
  sub: goFunction([ANY, ANY], (a: unknown, b: unknown) => int64(toInt64(a) - toInt64(b))),
  div: goFunction([ANY, ANY], divide),
  mod: goFunction([ANY, ANY], modulo),
  mul: goFunction([ANY, `...${ANY}`], (...values: unknown[]) =>
    int64(values.reduce((a: bigint, b) => BigInt.asIntN(64, a * toInt64(b)), 1n)),
  ),
  add1f: goFunction([ANY], (value: unknown) => sum(value, [1])),
  addf: goFunction([`...${ANY}`], (...values: unknown[]) => sum(0, values)),
  subf: goFunction([ANY, `...${ANY}`], (first: unknown, ...rest: unknown[]) => difference(first, rest)),
  divf: goFunction([ANY, `...${ANY}`], (first: unknown, ...rest: unknown[]) => quotient(first, rest)),
  mulf: goFunction([ANY, `...${ANY}`], (first: unknown, ...rest: unknown[]) => product(first, rest)),
  biggest: goFunction(
    [ANY, `...${ANY}`],
    extreme((a, b) => a > b),
  ),
  max: goFunction(
    [ANY, `...${ANY}`],
    extreme((a, b) => a > b),
  ),
  min: goFunction(
    [ANY, `...${ANY}`],
    extreme((a, b) => a < b),
  ),
  maxf: goFunction([ANY, `...${ANY}`], (...values: unknown[]) => Math.max(...values.map(toFloat64))),
  minf: goFunction([ANY, `...${ANY}`], (...values: unknown[]) => Math.min(...values.map(toFloat64))),
  ceil: goFunction([ANY], (value: unknown) => Math.ceil(toFloat64(value))),
  floor: goFunction([ANY], (value: unknown) => Math.floor(toFloat64(value))),
  round: goFunction([ANY, 'int', '...float64'], round),
};
