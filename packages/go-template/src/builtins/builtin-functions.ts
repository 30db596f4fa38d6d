import { goFunction, type GoFunction } from '../value/go-function.ts';
import { isTrue } from '../value/truth.ts';
import { callFunction } from './call.ts';
import { equal, greater, greaterOrEqual, less, lessOrEqual, notEqual } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { indexValue, sliceValue } from './index-value.ts';
import { requireLength } from './length.ts';
import { sprint, sprintf, sprintln } from '../format/sprintf.ts';
import { FunctionError } from '../errors.ts';

const ANY = 'reflect.Value';

function unreachable(): never {
  throw new FunctionError('missing arguments');
}

/** The functions that every template has. `and` and `or` are evaluated where they stand, argument by argument. */
export const builtinFunctions: ReadonlyMap<string, GoFunction> = new Map(
  Object.entries({
    and: goFunction([ANY, `...${ANY}`], unreachable),
    or: goFunction([ANY, `...${ANY}`], unreachable),
    not: goFunction([ANY], (value: unknown) => !isTrue(value)),
    call: { ...goFunction([ANY, `...${ANY}`], callFunction), takesSource: true },
    index: goFunction([ANY, `...${ANY}`], indexValue),
    slice: goFunction([ANY, `...${ANY}`], sliceValue),
    len: goFunction([ANY], requireLength),
    print: goFunction(['...interface {}'], (...values: unknown[]) => sprint(values)),
    printf: goFunction(['string', '...interface {}'], (format: string, ...values: unknown[]) =>
      sprintf(format, values),
    ),
    println: goFunction(['...interface {}'], (...values: unknown[]) => sprintln(values)),
    html: goFunction(['...interface {}'], escapeHtml),
    js: goFunction(['...interface {}'], escapeJs),
    urlquery: goFunction(['...interface {}'], escapeQuery),
    eq: goFunction([ANY, `...${ANY}`], equal),
    ne: goFunction([ANY, ANY], notEqual),
    lt: goFunction([ANY, ANY], less),
    le: goFunction([ANY, ANY], lessOrEqual),
    gt: goFunction([ANY, ANY], greater),
    ge: goFunction([ANY, ANY], greaterOrEqual),
  }),
);
