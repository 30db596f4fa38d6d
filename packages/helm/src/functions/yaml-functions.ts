import { createRecord, isRecord, NumberLiteral } from '@gitops-toolkit/core';
import {
  type FunctionMap,
  FunctionError,
  type GoMap,
  goFunction,
  isGoMap,
  LimitError,
  typedMap,
} from '@gitops-toolkit/go-template';
import { emit, parse, YamlError } from '@gitops-toolkit/yaml';
import { plainValue, prettyValue } from './plain-value.ts';

const ANY = 'interface {}';

/**
 * A YAML text as Helm reads values: of several documents the first, numbers as floats.
 *
 * @throws YamlError
 */
export function readYaml(text: string, file?: string): unknown {
  const value = parse(text, { dialect: 'yaml11', documents: 'first', ...(file !== undefined && { file }) });
  return withFloats(value);
}

/** A value from YAML as templates see it: Go reads all numbers of JSON as floats. */
export function withFloats(value: unknown): unknown {
  if (value instanceof NumberLiteral) return value.valueOf();
  if (Array.isArray(value)) return value.map(withFloats);
  if (!isRecord(value)) return value ?? null;
  const map = createRecord();
  for (const key of Object.keys(value)) map[key] = withFloats(value[key]);
  return map;
}

/** A value as Helm's `toYaml` writes it. @throws YamlError for what has no form in YAML */
export function writeYaml(value: unknown): string {
  return emit(plainValue(value)).replace(/\n$/, '');
}

/** No template may take for an answer that there was too much of something. */
const isLimit = (error: unknown): boolean => error instanceof LimitError || error instanceof RangeError;

function orNothing(write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (isLimit(error)) throw error;
    return '';
  }
}

function orFailure(write: () => string): string {
  try {
    return write();
  } catch (cause) {
    if (isLimit(cause)) throw cause;
    throw new FunctionError((cause as Error).message, { cause });
  }
}

/** What is wrong with a text, as `sigs.k8s.io/yaml` says it. */
export function yamlFault(error: unknown): string {
  if (!(error instanceof YamlError)) throw error;
  return `error converting YAML to JSON: ${error.goMessage}`;
}

function fromYaml(text: string, read: ReadYaml): GoMap {
  try {
    const value = read(text);
    if (value === null) return typedMap('map[string]interface {}');
    if (isGoMap(value)) return value;
    return errorMap(unmarshalFault(value, 'map[string]interface {}'));
  } catch (error) {
    return errorMap(yamlFault(error));
  }
}

function fromYamlArray(text: string, read: ReadYaml): unknown[] {
  try {
    const value = read(text);
    if (value === null) return [];
    return Array.isArray(value) ? value : [unmarshalFault(value, '[]interface {}')];
  } catch (error) {
    return [yamlFault(error)];
  }
}

/** What `encoding/json` says where a value is of another type than is wanted. */
export function unmarshalFault(
  value: unknown,
  type: string,
  prefix = 'error unmarshaling JSON: while decoding JSON: ',
): string {
  const kind = Array.isArray(value)
    ? 'array'
    : isGoMap(value)
      ? 'object'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value;
  return `${prefix}json: cannot unmarshal ${kind} into Go value of type ${type}`;
}

function errorMap(message: string): GoMap {
  return typedMap('map[string]interface {}', [['Error', message]]);
}

/** Reads a YAML text as {@link readYaml} does, to a value of its own each time. */
export type ReadYaml = (text: string) => unknown;

/** Functions for YAML. Without `must`, none of them fails: errors are values. */
export const yamlFunctions = (read: ReadYaml): FunctionMap => ({
  toYaml: goFunction([ANY], (value: unknown) => orNothing(() => writeYaml(value))),
  toYamlPretty: goFunction([ANY], (value: unknown) =>
    orNothing(() => emit(prettyValue(value), { style: 'go-yaml-v3' }).replace(/\n$/, '')),
  ),
  fromYaml: goFunction(['string'], (text: string) => fromYaml(text, read)),
  fromYamlArray: goFunction(['string'], (text: string) => fromYamlArray(text, read)),
});

/** What Helm 4 has beside. */
export const mustYamlFunctions: FunctionMap = {
  mustToYaml: goFunction([ANY], (value: unknown) => orFailure(() => writeYaml(value))),
};
