import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { decodeJson } from './decode.ts';
import { encodeJson, type JsonOptions } from './encode.ts';

const ANY = 'interface {}';

/** What has no form in JSON is an empty text without `must`. */
function encodeOrNothing(value: unknown, options: JsonOptions): string {
  try {
    return encodeJson(value, options);
  } catch (error) {
    if (error instanceof FunctionError) return '';
    throw error;
  }
}

function decodeOrNothing(text: string): unknown {
  try {
    return decodeJson(text);
  } catch (error) {
    if (error instanceof FunctionError) return null;
    throw error;
  }
}

const pretty = { indent: '  ' };
const raw = { escapesHtml: false };

/** Functions for JSON, as sprig has them. */
export const jsonFunctions: FunctionMap = {
  fromJson: goFunction(['string'], decodeOrNothing),
  mustFromJson: goFunction(['string'], decodeJson),
  toJson: goFunction([ANY], (value: unknown) => encodeOrNothing(value, {})),
  mustToJson: goFunction([ANY], (value: unknown) => encodeJson(value)),
  toPrettyJson: goFunction([ANY], (value: unknown) => encodeOrNothing(value, pretty)),
  mustToPrettyJson: goFunction([ANY], (value: unknown) => encodeJson(value, pretty)),
  toRawJson: goFunction([ANY], (value: unknown) => encodeJson(value, raw)),
  mustToRawJson: goFunction([ANY], (value: unknown) => encodeJson(value, raw)),
};
