import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody, requireRecord } from '../http/request-body.ts';
import { renderObject } from '../read/render.ts';
import { createObject } from './create-object.ts';
import { bindToScope, decodeObject } from './decode.ts';
import type { Scope } from './scope.ts';
import { readWriteOptions } from './write-options.ts';

/** Answers POST on a collection. */
export function create(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const options = readWriteOptions(request, 'CreateOptions');
  const { resource } = scope;
  const { value, duplicates } = parseBody(request, resource.kind);
  const body = { value: requireRecord(value, resource.kind, request.body), duplicates };
  const draft = decodeObject(resource, body, { ...options, warnings: request.warnings });
  bindToScope(draft, scope);
  const written = createObject(engine, scope, draft, options);
  return renderObject(request, resource, written, { code: 201, now: engine.clock.now() });
}
