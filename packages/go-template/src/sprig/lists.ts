import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction, type GoFunction } from '../value/go-function.ts';
import { compareStrings } from '../value/go-string.ts';
import { Sized } from '../value/sized.ts';
import { isTrue } from '../value/truth.ts';
import { nilList, typedList, typeMark } from '../value/typed.ts';
import { toInt64 } from './cast.ts';
import { deepEqual } from './deep-equal.ts';
import { reflectKind } from './reflection.ts';
import { stringOf, stringsOf } from './string-of.ts';

const ANY = 'interface {}';

/** The items of what has to be a list. Of nil, Go's reflection has no kind to speak of. */
function itemsOf(value: unknown, message: (kind: string) => string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Uint8Array) return Array.from(value, (byte) => new Sized('uint8', BigInt(byte)));
  if (value === null || value === undefined) {
    throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
  }
  throw new FunctionError(message(reflectKind(value)));
}

/** A function under two names: what fails, fails in both, if not for the same reason in Go. */
function both(name: string, called: GoFunction): FunctionMap {
  return { [name]: called, [`must${name[0]?.toUpperCase()}${name.slice(1)}`]: called };
}

const find = (what: string) => (kind: string) => `Cannot find ${what} on type ${kind}`;

function slice(list: unknown, ...bounds: unknown[]): unknown {
  const items = itemsOf(list, (kind) => `list should be type of slice or array but ${kind}`);
  if (items.length === 0) return null;
  const start = bounds.length > 0 ? Number(toInt64(bounds[0])) : 0;
  const end = bounds.length > 1 ? Number(toInt64(bounds[1])) : items.length;
  if (start < 0 || end > items.length || start > end) {
    throw new FunctionError('reflect.Value.Slice: slice index out of bounds');
  }
  const type = typeMark(items);
  return type === undefined ? items.slice(start, end) : typedList(type, items.slice(start, end));
}

function chunk(size: bigint, list: unknown): unknown[][] {
  const items = itemsOf(list, (kind) => `Cannot chunk type ${kind}`);
  const width = Number(size);
  // Go's own sums, which give something for sizes that are none as well.
  const count = Math.floor((items.length - 1) / width) + 1;
  const last = items.length % width || width;
  if (!(count >= 0) || !Number.isFinite(count) || (count > 0 && last < 0))
    throw new FunctionError('runtime error: makeslice: len out of range');
  const chunks = Array.from({ length: count }, (_, i) =>
    items.slice(i * width, i * width + (i === count - 1 ? last : width)),
  );
  return typedList('[][]interface {}', chunks);
}

function concat(...lists: unknown[]): unknown[] {
  const all = lists.flatMap((list) => [...itemsOf(list, (kind) => `Cannot concat type ${kind} as list`)]);
  return all.length === 0 ? nilList('[]interface {}') : all;
}

const isIn = (items: readonly unknown[], wanted: unknown): boolean =>
  items.some((item) => deepEqual(wanted, item ?? null));

function unique(items: readonly unknown[]): unknown[] {
  const result: unknown[] = [];
  for (const item of items) if (!isIn(result, item ?? null)) result.push(item);
  return result;
}

function sortAlpha(list: unknown): string[] {
  const texts = Array.isArray(list) ? stringsOf(list).sort(compareStrings) : [stringOf(list)];
  return typedList('[]string', texts);
}

/** Whether a list has a value. */
function has(wanted: unknown, list: unknown): boolean {
  return list === null || list === undefined ? false : isIn(itemsOf(list, find('has')), wanted);
}

const list = goFunction([`...${ANY}`], (...values: unknown[]) => values);
const push = goFunction([ANY, ANY], (values: unknown, value: unknown) => [
  ...itemsOf(values, (kind) => `Cannot push on type ${kind}`),
  value,
]);

/** Functions for lists. */
export const listFunctions: FunctionMap = {
  tuple: list,
  list,
  ...both('append', push),
  ...both('push', push),
  ...both(
    'prepend',
    goFunction([ANY, ANY], (values: unknown, value: unknown) => [
      value,
      ...itemsOf(values, (kind) => `Cannot prepend on type ${kind}`),
    ]),
  ),
  ...both(
    'first',
    goFunction([ANY], (values: unknown) => itemsOf(values, find('first'))[0] ?? null),
  ),
  ...both(
    'last',
    goFunction([ANY], (values: unknown) => itemsOf(values, find('last')).at(-1) ?? null),
  ),
  ...both(
    'rest',
    goFunction([ANY], (values: unknown) => untilEmpty(itemsOf(values, find('rest')), 1)),
  ),
  ...both(
    'initial',
    goFunction([ANY], (values: unknown) => untilEmpty(itemsOf(values, find('initial')), 0, -1)),
  ),
  ...both(
    'reverse',
    goFunction([ANY], (values: unknown) => itemsOf(values, find('reverse')).toReversed()),
  ),
  ...both(
    'uniq',
    goFunction([ANY], (values: unknown) => unique(itemsOf(values, find('uniq')))),
  ),
  ...both(
    'without',
    goFunction([ANY, `...${ANY}`], (values: unknown, ...omitted: unknown[]) =>
      itemsOf(values, find('without')).filter((item) => !isIn(omitted, item ?? null)),
    ),
  ),
  ...both('has', goFunction([ANY, ANY], has)),
  ...both('slice', goFunction([ANY, `...${ANY}`], slice)),
  ...both(
    'compact',
    goFunction([ANY], (values: unknown) =>
      itemsOf(values, (kind) => `Cannot compact on type ${kind}`).filter(isTrue),
    ),
  ),
  ...both('chunk', goFunction(['int', ANY], chunk)),
  concat: goFunction([`...${ANY}`], concat),
  sortAlpha: goFunction([ANY], sortAlpha),
};

/** Of nothing, Go gives a nil slice. */
function untilEmpty(items: readonly unknown[], start: number, end?: number): unknown[] {
  return items.length === 0 ? nilList('[]interface {}') : items.slice(start, end);
}
