import type { Failure } from './failure.ts';
import type { Frame } from './frame.ts';

/** `not`, `allOf`, `anyOf`, `oneOf`, `if`. */
export function checkApplicators(frame: Frame): void {
  const { schema, draft } = frame;
  if (Object.hasOwn(schema, 'not') && !frame.check(['not'])) frame.add("'not' failed");
  checkAll(frame, schema['allOf']);
  checkAny(frame, schema['anyOf']);
  checkOne(frame, schema['oneOf']);
  if (draft >= 7 && Object.hasOwn(schema, 'if')) {
    const branch = frame.check(['if']) ? 'else' : 'then';
    if (Object.hasOwn(schema, branch)) frame.take(frame.check([branch]));
  }
}

function checkAll(frame: Frame, all: unknown): void {
  if (!Array.isArray(all)) return;
  const failures = all
    .map((_schema, i) => frame.check(['allOf', String(i)]))
    .filter((failure) => failure !== undefined);
  if (failures.length > 0) frame.add("'allOf' failed", failures);
}

/** All are tried where somebody asks for what is not evaluated by any. */
function checkAny(frame: Frame, any: unknown): void {
  if (!Array.isArray(any) || any.length === 0) return;
  const failures: Failure[] = [];
  for (const i of any.keys()) {
    const failure = frame.check(['anyOf', String(i)]);
    if (failure) failures.push(failure);
    else if (!frame.unevaluated) return;
  }
  if (failures.length === any.length) frame.add("'anyOf' failed", failures);
}

function checkOne(frame: Frame, one: unknown): void {
  if (!Array.isArray(one) || one.length === 0) return;
  const failures: Failure[] = [];
  let matched: number | undefined;
  for (const i of one.keys()) {
    const failure = frame.check(['oneOf', String(i)]);
    if (failure) {
      failures.push(failure);
      continue;
    }
    if (matched !== undefined) {
      frame.add(`'oneOf' failed, subschemas ${matched}, ${i} matched`);
      return;
    }
    matched = i;
  }
  if (matched === undefined) frame.add("'oneOf' failed, none matched", failures);
}
