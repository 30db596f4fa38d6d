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
  const additional: string[] = [];
  for (const [name, item] of Object.entries(value)) {
    const paths = patterns
      .filter((pattern) => compilePattern(pattern).test(name))
      .map((pattern) => ['patternProperties', pattern]);
    if (Object.hasOwn(properties, name)) paths.unshift(['properties', name]);
    const isFound = paths.length > 0;
    if (!isFound && Object.hasOwn(schema, 'additionalProperties')) paths.push(['additionalProperties']);
    if (paths.length > 0) frame.unevaluated?.names.delete(name);
    if (!isFound && schema['additionalProperties'] === false) additional.push(name);
    else for (const path of paths) frame.take(frame.checkIn(path, item, name));
  }
  if (additional.length > 0) frame.add(`additional properties ${quotedList(additional)} not allowed`);
}

function checkNames(frame: Frame, value: Properties): void {
  if (!Object.hasOwn(frame.schema, 'propertyNames')) return;
  for (const name of Object.keys(value)) frame.take(frame.checkName(['propertyNames'], name));
}
