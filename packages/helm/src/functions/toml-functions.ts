import {
  FunctionError,
  type FunctionMap,
  type GoMap,
  goFunction,
  typedMap,
} from '@gitops-toolkit/go-template';
import { decodeToml } from '../toml/decode-toml.ts';
import { encodeToml, TomlEncodeError } from '../toml/encode-toml.ts';
import { TomlError } from '../toml/toml-scanner.ts';

const ANY = 'interface {}';

function encode(value: unknown): string {
  // The Go package does not check what it is given.
  if (value === null) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
  return encodeToml(value);
}

function toToml(value: unknown): string {
  try {
    return encode(value);
  } catch (error) {
    if (error instanceof TomlEncodeError) return error.message;
    throw error;
  }
}

function mustToToml(value: unknown): string {
  try {
    return encode(value);
  } catch (error) {
    if (error instanceof TomlEncodeError) throw new FunctionError(error.message, { cause: error });
    throw error;
  }
}

function fromToml(text: string): GoMap {
  try {
    return decodeToml(text);
  } catch (error) {
    if (error instanceof TomlError) return typedMap('map[string]interface {}', [['Error', error.message]]);
    throw error;
  }
}

/** Functions for TOML: errors are values. */
export const tomlFunctions: FunctionMap = {
  toToml: goFunction([ANY], toToml),
  fromToml: goFunction(['string'], fromToml),
};

/** What Helm 4 has beside. */
export const mustTomlFunctions: FunctionMap = {
  mustToToml: goFunction([ANY], mustToToml),
};
