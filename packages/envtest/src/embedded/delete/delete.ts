import type { Engine } from '../engine.ts';
import { jsonAnswer, type TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { readListOptions } from '../read/list-options.ts';
import { listText, readPage } from '../read/list.ts';
import { renderObject } from '../read/render.ts';
import { Entry } from '../store/entry.ts';
import { requireEntry, type Scope, versionOf } from '../write/scope.ts';
import { type DeleteOptions, readDeleteOptions } from './delete-options.ts';
import { deleteObject, type Deleted } from './delete-object.ts';

/** Answers DELETE on an object: with a Status when it is gone, with the object when it stays. */
export function deleteOne(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const options = readDeleteOptions(request);
  const entry = requireEntry(engine, scope);
  admitDeletion(engine, scope, entry, options);
  const deleted = deleteObject(engine, scope, entry, options);
  if (!deleted.gone || scope.resource.strategy.returnsDeleted === true)
    return renderObject(request, scope.resource, deleted, { now: engine.clock.now() });
  return jsonAnswer(success(scope, deleted));
}

/** @throws StatusError where a webhook refuses */
function admitDeletion(engine: Engine, scope: Scope, entry: Entry, { admission }: DeleteOptions): void {
  const write = { scope, operation: 'DELETE', object: undefined, old: versionOf(scope, entry) } as const;
  admission?.mutate(engine, write);
  admission?.validate(engine, write);
}

function success({ resource }: Scope, { object: { metadata } }: Deleted): unknown {
  const { group, plural } = resource;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: metadata.name, ...(group === '' ? {} : { group }), kind: plural, uid: metadata.uid },
  };
}

/** Answers DELETE on a collection with what matched, as it was before or is while it stays. */
export function deleteCollection(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const options = readDeleteOptions(request);
  const page = readPage(engine, scope, readListOptions(request, scope.resource));
  // All before the first is gone: a request that waits for an answer is handled again from its start.
  for (const entry of page.entries) admitDeletion(engine, scope, entry, options);
  const entries = page.entries.map((entry) => {
    const deleted = deleteObject(engine, scope, entry, options);
    return deleted.entry ?? new Entry(entry.key, entry.object, entry.revision);
  });
  const body = listText(scope.resource, entries, page.metadata);
  return { code: 200, contentType: 'application/json', body };
}
