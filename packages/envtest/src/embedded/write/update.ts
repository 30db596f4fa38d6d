import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody, requireRecord } from '../http/request-body.ts';
import { renderObject } from '../read/render.ts';
import { groupResource } from '../registry/served-resource.ts';
import { notFound } from '../status-error.ts';
import { createObject } from './create-object.ts';
import { bindToScope, decodeObject } from './decode.ts';
import { findEntry, type Scope } from './scope.ts';
import { updateObject } from './update-object.ts';
import { readWriteOptions } from './write-options.ts';

/** Answers PUT on an object or its status. */
export function update(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const options = readWriteOptions(request, 'UpdateOptions');
  const { resource, name = '' } = scope;
  const { value, duplicates } = parseBody(request, resource.kind);
  const body = { value: requireRecord(value, resource.kind, request.body), duplicates };
  const draft = decodeObject(resource, body, { ...options, warnings: request.warnings });
  bindToScope(draft, scope);
  const now = engine.clock.now();
  const entry = findEntry(engine, scope);
  if (entry) {
    const written = updateObject(engine, scope, entry, draft, { ...options, requireVersion: true });
    return renderObject(request, resource, written, { now });
  }
  if (!resource.strategy.createOnUpdate || scope.subresource !== undefined)
    throw notFound(groupResource(resource), name);
  const written = createObject(engine, scope, draft, options);
  return renderObject(request, resource, written, { code: 201, now });
}
