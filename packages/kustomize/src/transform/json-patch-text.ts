import { isRecord, parseJson, type SourceLocation } from '@gitops-toolkit/core';
import { parseDocuments, YamlError } from '@gitops-toolkit/yaml';
import type { Place } from '../errors.ts';
import type { PlacedText } from '../load/placed-text.ts';
import { invalidPatch } from '../merge/invalid-patch.ts';

/**
 * Reads the operations of a JSON patch from JSON or YAML.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_PATCH for anything but a list of maps.
 */
export function readJsonPatch(written: PlacedText): readonly Record<string, unknown>[] {
  const value = parse(written);
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    throw invalidPatch(
      `json: cannot unmarshal ${jsonKind(value)} into Go value of type jsonpatch.Patch`,
      'A JSON patch is a list of operations, each with op, path and value.',
    ).placedAt(written.at(1));
  }
  const operations: unknown[] = value;
  return operations.map((operation, i) => {
    if (isRecord(operation)) return operation;
    throw invalidPatch(
      `json: cannot unmarshal ${jsonKind(operation)} into Go value of type jsonpatch.Operation`,
    ).placedAt(placeOfOperation(written, i));
  });
}

/** Where an operation (from 0) stands, or the patch where it is not known which one. */
export function placeOfOperation(written: PlacedText, index: number | undefined): Place {
  const { line = 1, column } = (index === undefined ? undefined : locate(written.text, index)) ?? {};
  return written.at(line, column);
}

function locate(text: string, index: number): SourceLocation | undefined {
  try {
    return parseDocuments(text, { dialect: 'yaml11' })[0]?.locate([index]);
  } catch (error) {
    // JSON that is no YAML, with tabs for instance.
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function parse({ text, at }: PlacedText): unknown {
  try {
    if (text.startsWith('[')) return parseJson(text);
    return parseDocuments(text, { dialect: 'yaml11' })[0]?.value;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof YamlError)) throw error;
    const { line = 1, column } = (error instanceof YamlError ? error.source : undefined) ?? {};
    throw invalidPatch(`error converting YAML to JSON: ${error.message}`).placedAt(at(line, column));
  }
}

function jsonKind(value: unknown): string {
  if (isRecord(value)) return 'object';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
