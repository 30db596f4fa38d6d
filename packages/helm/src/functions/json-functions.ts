import {
  type FunctionMap,
  FunctionError,
  type GoMap,
  decodeJson,
  encodeJson,
  goFunction,
  isGoMap,
  nilList,
  typedMap,
} from '@gitops-toolkit/go-template';
import { unmarshalFault } from './yaml-functions.ts';

const ANY = 'interface {}';

function toJson(value: unknown): string {
  try {
    return encodeJson(value);
  } catch (error) {
    if (error instanceof FunctionError) return '';
    throw error;
  }
}

/** The value of a JSON text, or what is wrong with it. */
function read(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: decodeJson(text) };
  } catch (error) {
    if (error instanceof FunctionError) return { fault: error.message };
    throw error;
  }
}

/** A null leaves Go's map nil. */
function fromJson(text: string): GoMap | null {
  const found = read(text);
  if ('fault' in found) return typedMap('map[string]interface {}', [['Error', found.fault]]);
  if (isGoMap(found.value)) return found.value;
  if (found.value === null) return null;
  const fault = unmarshalFault(found.value, 'map[string]interface {}', '');
  return typedMap('map[string]interface {}', [['Error', fault]]);
}

function fromJsonArray(text: string): unknown[] {
  const found = read(text);
  if ('fault' in found) return [found.fault];
  if (Array.isArray(found.value)) return found.value;
  return found.value === null
    ? nilList('[]interface {}')
    : [unmarshalFault(found.value, '[]interface {}', '')];
}

/** Functions for JSON, of which none fails: errors are values. */
export const helmJsonFunctions: FunctionMap = {
  toJson: goFunction([ANY], toJson),
  fromJson: goFunction(['string'], fromJson),
  fromJsonArray: goFunction(['string'], fromJsonArray),
};
