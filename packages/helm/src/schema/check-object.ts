import { isRecord } from '@gitops-toolkit/core';
import { checkCount, compilePattern } from './check-scalar.ts';
import { quoted, quotedList } from './failure.ts';
import type { Frame } from './frame.ts';

type Properties = Readonly<Record<string, unknown>>;

/** The keywords for objects. */
export function checkObject(frame: Frame, value: Properties): void {
  const { schema, draft } = frame;
  checkCount(frame, Object.keys(value).length, 'minProperties', 'maxProperties');
  const missing = missingOf(schema['required'], value);
  if (missing.length === 1) frame.add(`missing property ${quotedList(missing)}`);
  else if (missing.length > 1) frame.add(`missing properties ${quotedList(missing)}`);
  checkDependencies(frame, 'dependencies', value);
  checkProperties(frame, value);
  if (draft < 6) return;
  checkNames(frame, value);
  if (draft < 2019) return;
  checkDependencies(frame, 'dependentSchemas', value);
  checkDependencies(frame, 'dependentRequired', value);
}

function missingOf(names: unknown, value: Properties): string[] {
  if (!Array.isArray(names)) return [];
  return names.filter((name): name is string => typeof name === 'string' && !Object.hasOwn(value, name));
}

function checkDependencies(frame: Frame, keyword: string, value: Properties): void {
  const dependencies = frame.schema[keyword];
  if (!isRecord(dependencies)) return;
  for (const [name, wanted] of Object.entries(dependencies)) {
    if (!Object.hasOwn(value, name)) continue;
    if (!Array.isArray(wanted)) frame.take(frame.check([keyword, name]));
    else {
      const missing = missingOf(wanted, value);
      if (missing.length > 0)
        frame.add(`properties ${quotedList(missing)} required, if ${quoted(name)} exists`);
    }
  }
}

function checkProperties(frame: Frame, value: Properties): void {
  const { schema } = frame;
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const patterns = Object.keys(isRecord(schema['patternProperties']) ? schema['patternProperties'] : {});
  const hasRest = Object.hasOwn(schema, 'additionalProperties');
  const additional: string[] = [];
  for (const name of Object.keys(value)) {
    const isDeclared = Object.hasOwn(properties, name);
    const matching = patterns.filter((pattern) => compilePattern(pattern).test(name));
    const isRest = !isDeclared && matching.length === 0;
    if (!isRest || hasRest) frame.unevaluated?.names.delete(name);
    if (isDeclared) frame.take(frame.checkIn(['properties', name], value[name], name));
    for (const pattern of matching) {
      frame.take(frame.checkIn(['patternProperties', pattern], value[name], name));
    }
    if (!isRest || !hasRest) continue;
    if (schema['additionalProperties'] === false) additional.push(name);
    else frame.take(frame.checkIn(['additionalProperties'], value[name], name));
  }
  if (additional.length > 0) frame.add(`additional properties ${quotedList(additional)} not allowed`);
}

function checkNames(frame: Frame, value: Properties): void {
  if (!Object.hasOwn(frame.schema, 'propertyNames')) return;
  for (const name of Object.keys(value)) frame.take(frame.checkName(['propertyNames'], name));
}
