import { createRecord, isRecord, NumberLiteral, setOwn } from '@gitops-toolkit/core';
import { emit, parseDocuments } from '@gitops-toolkit/yaml';
import { copyFailed } from './generator-error.ts';

/**
 * Merges YAML files as Helm merges files of values: maps key by key, everything else replaced by what comes later. All
 * documents of a file are merged first. Comments and the order of keys are lost, as they are in Flux.
 *
 * @throws `GENERATOR_COPY_FAILED` where a document is no map; the `YAML_` codes
 */
export function mergeYaml(base: Uint8Array, overlay: Uint8Array, file: string): Uint8Array {
  return new TextEncoder().encode(emit(mergeMaps(readMap(base, file), readMap(overlay, file))));
}

type YamlMap = Record<string, unknown>;

function readMap(data: Uint8Array, file: string): YamlMap {
  let merged: YamlMap = createRecord();
  for (const { value, line } of parseDocuments(data, { dialect: 'yaml11', file })) {
    if (!isRecord(value)) throw copyFailed(`${file}:${line}: only maps can be merged`);
    merged = mergeMaps(merged, asFloats(value) as YamlMap);
  }
  return merged;
}

function mergeMaps(base: YamlMap, overlay: YamlMap): YamlMap {
  const merged: YamlMap = createRecord();
  for (const key of Object.keys(base)) setOwn(merged, key, base[key]);
  for (const key of Object.keys(overlay)) {
    const [below, above] = [merged[key], overlay[key]];
    setOwn(merged, key, isRecord(below) && isRecord(above) ? mergeMaps(below, above) : above);
  }
  return merged;
}

/** Flux reads through JSON, where every number is a float: `1.10` is written as `1.1`. */
function asFloats(value: unknown): unknown {
  if (value instanceof NumberLiteral || typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asFloats);
  if (!isRecord(value)) return value;
  const record: YamlMap = createRecord();
  for (const key of Object.keys(value)) setOwn(record, key, asFloats(value[key]));
  return record;
}
