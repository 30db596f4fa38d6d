import { isRecord, parseJson } from '@gitops-toolkit/core';
import { parseDocuments, YamlError } from '@gitops-toolkit/yaml';
import { invalidPatch } from '../merge/invalid-patch.ts';

/**
 * Reads the operations of a JSON patch from JSON or YAML.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_PATCH for anything but a list of maps.
 */
export function readJsonPatch(text: string): readonly Record<string, unknown>[] {
  const value = parse(text);
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    throw invalidPatch(
      `json: cannot unmarshal ${jsonKind(value)} into Go value of type jsonpatch.Patch`,
      'A JSON patch is a list of operations, each with op, path and value.',
    );
  }
  const operations: unknown[] = value;
  return operations.map((operation) => {
    if (isRecord(operation)) return operation;
    throw invalidPatch(
      `json: cannot unmarshal ${jsonKind(operation)} into Go value of type jsonpatch.Operation`,
    );
  });
}

function parse(text: string): unknown {
  try {
    if (text.startsWith('[')) return parseJson(text);
    return parseDocuments(text, { dialect: 'yaml11' })[0]?.value;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof YamlError)) throw error;
    throw invalidPatch(`error converting YAML to JSON: ${error.message}`);
  }
}

function jsonKind(value: unknown): string {
  if (isRecord(value)) return 'object';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
