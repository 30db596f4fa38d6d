import { isRecord, type KubeObject } from '@gitops-toolkit/core';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, PatchError } from '@gitops-toolkit/patch';

import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { jsonKind } from '../go-types/type-errors.ts';
import { mediaType, parseJsonBody } from '../http/request-body.ts';
import { renderObject } from '../read/render.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { badRequest, invalid, StatusError, unsupportedMediaType } from '../status-error.ts';
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
  const patched = patchObject(resource, versionOf(scope, entry), type, value);
  const body = { value: cloneRecord(patched), duplicates };
  const refuse = (why: string): Error =>
    invalid({ group: '', kind: '' }, '', [invalidValue('patch', JSON.stringify(patched), why)]);
  const draft = decodeObject(resource, body, { ...options, warnings: request.warnings, refuse });
  bindToScope(draft, scope);
  const written = updateObject(engine, scope, entry, draft, options);
  return renderObject(request, resource, written, { now: engine.clock.now() });
}

function assertSupported(resource: ServedResource, type: string): void {
  if (![JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH].includes(type)) {
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  if (type === STRATEGIC_PATCH && resource.custom)
    throw unsupportedMediaType([JSON_PATCH, MERGE_PATCH, APPLY_PATCH]);
}

function parsePatch(request: ApiRequest, type: string): { value: unknown; duplicates: readonly string[] } {
  const parsed = (() => {
    try {
      return parseJsonBody(request.body, 'Patch');
    } catch (error) {
      const why = /json parse error: (.*) \(/s.exec((error as Error).message)?.[1];
      throw badRequest(why === undefined ? (error as Error).message : `error decoding patch: ${why}`);
    }
  })();
  if (type === JSON_PATCH && !Array.isArray(parsed.value)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonKind(parsed.value)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (type !== JSON_PATCH && !isRecord(parsed.value)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonKind(parsed.value)} into Go value of type map[string]interface {}`,
    );
  }
  // Keys given twice in a JSON patch belong to operations, not to the object.
  return type === JSON_PATCH ? { ...parsed, duplicates: [] } : parsed;
}

function patchObject(resource: ServedResource, object: KubeObject, type: string, value: unknown): unknown {
  try {
    if (type === JSON_PATCH) return applyJsonPatch(object, value as never);
    if (type === MERGE_PATCH) return applyMergePatch(object, value);
    return applyStrategicMergePatch(object, value, resource.schema());
  } catch (error) {
    if (error instanceof PatchError) throw refused(error, type, value);
    throw error;
  }
}

function refused(error: PatchError, type: string, value: unknown): StatusError {
  if (error.code === 'PATCH_LIMIT' && Array.isArray(value)) {
    return new StatusError(413, 'RequestEntityTooLarge', error.message);
  }
  if (type === JSON_PATCH) {
    return new StatusError(
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
      {},
    );
  }
  return badRequest(error.message);
}
