import { createRecord, getOwn, isRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { PatchError } from '../errors.ts';
import { objectSchema } from '../structured/object-schema.ts';
import { FieldSet } from '../structured/field-set.ts';
import { TypedValue } from '../structured/typed-value.ts';

/** Where a client-side `kubectl apply` keeps what it applied. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The API server refuses more annotations than this in one object, counted in bytes. */
const MAX_ANNOTATIONS = 256 * 1024;

/**
 * The fields that a client-side `kubectl apply` owns: those of its last configuration whose
 * values are still as it set them. A server-side apply by kubectl may take these over.
 *
 * @returns The empty set where the object was not applied from the client, or not readably.
 */
export function fieldsLastApplied(live: KubeObject, schema: Schema | undefined): FieldSet {
  const text = lastAppliedOf(live);
  if (text === undefined) return FieldSet.EMPTY;
  try {
    const config: unknown = JSON.parse(text);
    if (getOwn(config, 'apiVersion') !== live.apiVersion) return FieldSet.EMPTY;
    const whole = schema && objectSchema(schema);
    const applied = TypedValue.of(config, whole);
    const { added, modified, removed } = applied.compare(TypedValue.of(live, whole));
    return applied.toFieldSet().difference(modified).difference(added).difference(removed);
  } catch (error) {
    // An annotation that somebody else wrote is no reason to fail.
    if (error instanceof SyntaxError || error instanceof PatchError) return FieldSet.EMPTY;
    throw error;
  }
}

/**
 * The object with its annotation brought up to date, where it has one: so that a client-side
 * `kubectl apply` later on removes what it should.
 */
export function withLastApplied(object: KubeObject, config: KubeObject): KubeObject {
  if (lastAppliedOf(object) === undefined) return object;
  const { annotations } = object.metadata;
  const updated = { ...annotations, [LAST_APPLIED]: lastAppliedText(config) };
  if (sizeOf(updated) > MAX_ANNOTATIONS) delete (updated as Record<string, string>)[LAST_APPLIED];
  return { ...object, metadata: { ...object.metadata, annotations: updated } };
}

function lastAppliedOf(object: KubeObject): string | undefined {
  const text = getOwn(object.metadata.annotations, LAST_APPLIED);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function lastAppliedText(config: KubeObject): string {
  const { annotations } = config.metadata;
  if (!annotations || !Object.hasOwn(annotations, LAST_APPLIED)) return goJson(config);
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return goJson({ ...config, metadata: { ...config.metadata, annotations: others } });
}

function sizeOf(annotations: Readonly<Record<string, string>>): number {
  const encoder = new TextEncoder();
  return Object.entries(annotations).reduce((sum, entry) => sum + encoder.encode(entry.join('')).length, 0);
}

/** JSON as Go's encoder writes maps: keys sorted, safe within HTML, a line. */
function goJson(value: unknown): string {
  const json = JSON.stringify(sortKeys(value));
  return `${json.replaceAll(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const sorted = createRecord();
  for (const key of Object.keys(value).sort()) setOwn(sorted, key, sortKeys(value[key]));
  return sorted;
}
