import {
  createRecord,
  getOwn,
  isEqual,
  isRecord,
  type KubeObject,
  parseJson,
  setOwn,
} from '@gitops-toolkit/core';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, PatchError } from '@gitops-toolkit/patch';

import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { hasGoType, shapeAsGo } from '../go-types/go-shape.ts';
import { goText } from '../go-types/go-text.ts';
import { messageName } from '../go-types/message-types.ts';
import { findConversionError, jsonKind } from '../go-types/type-errors.ts';
import { mediaType, parseJsonBody } from '../http/request-body.ts';
import { renderObject } from '../read/render.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { badRequest, internalError, invalid, StatusError, unsupportedMediaType } from '../status-error.ts';
import { invalidValue } from '../strategy/field-errors.ts';
import { apply } from './apply.ts';
import { bindToScope, cloneRecord, decodeObject } from './decode.ts';
import { requireEntry, versionOf, type Scope } from './scope.ts';
import { updateObject } from './update-object.ts';
import { readWriteOptions } from './write-options.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY_PATCH = 'application/apply-patch+yaml';

/** Answers PATCH on an object or its status. */
export function patch(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const type = mediaType(request);
  assertSupported(scope.resource, type);
  if (type === APPLY_PATCH) return apply(engine, scope, request);
  const options = readWriteOptions(request, 'PatchOptions');
  const { resource } = scope;
  const entry = requireEntry(engine, scope);
  const { value, duplicates } = parsePatch(request, type);
  const live = versionOf(scope, entry);
  const patched = cloneRecord(patchObject(resource, live, type, value));
  const refuse = (why: string): Error => {
    const shown = type === STRATEGIC_PATCH ? goText(value) : patchedText(live, patched);
    return invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, why)]);
  };
  if (type === STRATEGIC_PATCH) assertConvertible(resource, patched, refuse);
  const body = { value: patched, duplicates };
  const draft = decodeObject(resource, body, { ...options, warnings: request.warnings, refuse });
  bindToScope(draft, scope);
  const written = updateObject(engine, scope, entry, draft, options);
  return renderObject(request, resource, written, { now: engine.clock.now() });
}

/** A strategic merge works on typed objects: what does not fit is found by converting, and the type is not in doubt. */
function assertConvertible(
  { apiVersion, kind }: ServedResource,
  patched: Record<string, unknown>,
  refuse: (why: string) => Error,
): void {
  const why = findConversionError(messageName(apiVersion, kind), patched);
  if (why !== undefined) throw refuse(why);
  Object.assign(patched, { apiVersion, kind });
}

/** A patched object as the real server shows it: maps that the patch changed have their keys in order. */
function patchedText(live: KubeObject, patched: Record<string, unknown>): string {
  const before = hasGoType(live.apiVersion, live.kind) ? shapeAsGo(live) : live;
  return JSON.stringify(inOrder(patched, before));
}

function inOrder(value: unknown, before: unknown): unknown {
  if (isEqual(value, before)) return before;
  if (!isRecord(value)) return value;
  const ordered = createRecord();
  for (const key of Object.keys(value).sort()) setOwn(ordered, key, inOrder(value[key], getOwn(before, key)));
  return ordered;
}

function assertSupported(resource: ServedResource, type: string): void {
  if (![JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH].includes(type)) {
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  if (type === STRATEGIC_PATCH && resource.custom)
    throw unsupportedMediaType([JSON_PATCH, MERGE_PATCH, APPLY_PATCH]);
}

function parsePatch(request: ApiRequest, type: string): { value: unknown; duplicates: readonly string[] } {
  const prefix = type === STRATEGIC_PATCH ? '' : 'error decoding patch: ';
  const parsed = (() => {
    try {
      return parseJsonBody(request.body, 'Patch');
    } catch (error) {
      const why = /json parse error: (.*) \(/s.exec((error as Error).message)?.[1];
      throw badRequest(why === undefined ? (error as Error).message : `${prefix}${why}`);
    }
  })();
  if (type === JSON_PATCH && !Array.isArray(parsed.value)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonKind(parsed.value)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (type !== JSON_PATCH && !isRecord(parsed.value)) {
    throw badRequest(
      `${prefix}json: cannot unmarshal ${jsonKind(parsed.value)} into Go value of type map[string]interface {}`,
    );
  }
  // Keys given twice in a JSON patch belong to operations, not to the object.
  return type === JSON_PATCH ? { ...parsed, duplicates: [] } : parsed;
}

function patchObject(resource: ServedResource, object: KubeObject, type: string, value: unknown): unknown {
  try {
    if (type === JSON_PATCH) return applyJsonPatch(object, assertInside(value));
    if (type === MERGE_PATCH) return applyMergePatch(object, value);
    return applyStrategicMergePatch(object, value, resource.schema());
  } catch (error) {
    if (error instanceof PatchError) throw refused(error, type, value);
    throw error;
  }
}

/** The whole document is no place that a JSON patch of an object may write to. */
function assertInside(value: unknown): never {
  const operations = value as { path?: unknown; from?: unknown }[];
  if (operations.some(({ path }) => path === '')) throw rejected();
  return value as never;
}

const rejected = (): StatusError =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

function refused(error: PatchError, type: string, value: unknown): StatusError {
  if (error.code === 'PATCH_LIMIT' && Array.isArray(value)) {
    return new StatusError(413, 'RequestEntityTooLarge', error.message);
  }
  if (type === JSON_PATCH) return rejected();
  const keyless = /^map: (\{.*\}) does not contain declared merge key: (.*)$/s.exec(error.message);
  if (!keyless) return badRequest(error.message);
  const [, item = '', key = ''] = keyless;
  return internalError(`map: ${goText(parseJson(item))} does not contain declared merge key: ${key}`);
}
