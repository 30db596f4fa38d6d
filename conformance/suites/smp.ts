// Strategic merge patch: applying patches, and creating them from two and from three documents.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { isEqual, isRecord, parseJson } from '../../packages/core/src/index.ts';
import {
  applyStrategicMergePatch,
  createThreeWayMergePatch,
  createTwoWayMergePatch,
} from '../../packages/patch/src/index.ts';
import type { Schema } from '../../packages/schema/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

export const suite: Suite = { name: 'smp', collect };

interface Case {
  readonly id: string;
  readonly op: string;
  readonly original: unknown;
  readonly patch?: unknown;
  readonly modified?: unknown;
  readonly current?: unknown;
  readonly overwrite?: boolean;
  readonly out?: unknown;
  readonly error?: string;
}

function* collect(folder: string): Generator<ConformanceCase> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.jsonl'),
  );
  for (const file of files.sort()) {
    for (const line of readFileSync(path.join(folder, file), 'utf8').split('\n')) {
      if (line.trim() === '') continue;
      const data = parseJson(line) as Case;
      yield { name: `${file}/${data.id}`, run: () => check(data) };
    }
  }
}

function check(data: Case): void {
  let result: unknown;
  try {
    result = run(data);
  } catch (error) {
    if (data.error !== undefined) return;
    throw error;
  }
  if (data.error !== undefined) {
    throw new Error(`expected to fail with ${data.error.slice(0, 200)}\ngot ${JSON.stringify(result)}`);
  }
  if (!isEqual(result, data.out)) {
    throw new Error(`expected ${JSON.stringify(data.out)}\ngot      ${JSON.stringify(result)}`);
  }
}

function run(data: Case): unknown {
  const original = document(data.original);
  switch (data.op) {
    case 'StrategicMergePatchUsingLookupPatchMeta':
      return applyStrategicMergePatch(original, document(data.patch), SCHEMA);
    case 'CreateTwoWayMergePatchUsingLookupPatchMeta':
      return createTwoWayMergePatch(original, document(data.modified), SCHEMA);
    case 'CreateThreeWayMergePatch':
      return createThreeWayMergePatch(original, document(data.modified), document(data.current), SCHEMA, {
        overwrite: data.overwrite ?? false,
      });
    default:
      throw new Error(`unknown operation ${data.op}`);
  }
}

/** A document of a case; one that is malformed on purpose is parsed, as its reader would do. */
function document(value: unknown): unknown {
  return isRecord(value) && typeof value['invalidJSON'] === 'string'
    ? parseJson(value['invalidJSON'])
    : value;
}

const SCHEMA = itemSchema();

/** The type that the cases are about, as the corpus describes it. */
function itemSchema(): Schema {
  const text: Schema = { type: 'string' };
  const integers: Schema = { type: 'array', items: { type: 'integer' } };
  const simpleMap: Schema = { type: 'object', additionalProperties: text };
  const opaque: Schema = { 'x-kubernetes-preserve-unknown-fields': true };
  const properties: Record<string, Schema> = {
    name: text,
    value: text,
    other: text,
    simpleMap,
    jsonItem: opaque,
  };
  const item: Schema = { type: 'object', properties };
  const items: Schema = { type: 'array', items: item };
  const merging = { 'x-kubernetes-patch-strategy': 'merge' };
  const byName = { 'x-kubernetes-patch-merge-key': 'name' };
  properties['mergingList'] = { ...items, ...merging, ...byName };
  properties['nonMergingList'] = items;
  properties['mergingIntList'] = { ...integers, ...merging };
  properties['nonMergingIntList'] = integers;
  properties['mergeItemPtr'] = { ...items, ...merging, ...byName };
  properties['replacingItem'] = { ...item, 'x-kubernetes-patch-strategy': 'replace' };
  properties['retainKeysMap'] = {
    type: 'object',
    properties: { ...properties },
    'x-kubernetes-patch-strategy': 'retainKeys',
  };
  properties['retainKeysMergingList'] = {
    ...items,
    'x-kubernetes-patch-strategy': 'merge,retainKeys',
    ...byName,
  };
  for (const name of ['int32', 'int64']) properties[name] = { type: 'integer' };
  for (const name of ['float32', 'float64']) properties[name] = { type: 'number' };
  return item;
}
