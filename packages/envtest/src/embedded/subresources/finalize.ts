import { cloneValue, getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody, requireRecord } from '../http/request-body.ts';
import { renderObject } from '../read/render.ts';
import { methodNotAllowed } from '../status-error.ts';
import { bindToScope, checkPreconditions, decodeObject } from '../write/decode.ts';
import { requireEntry, versionOf, type Scope } from '../write/scope.ts';

/** Answers PUT on a namespace's `/finalize`: without finalizers a namespace that is being deleted is gone. */
export function finalize(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  if (request.method !== 'PUT') throw methodNotAllowed();
  const { value, duplicates } = parseBody(request, 'Namespace');
  const record = requireRecord(value, 'Namespace', request.body);
  const draft = decodeObject(
    scope.resource,
    { value: record, duplicates },
    { fieldValidation: 'Ignore', warnings: [] },
  );
  bindToScope(draft, scope);
  const entry = requireEntry(engine, scope);
  const old = versionOf(scope, entry);
  checkPreconditions(draft, old, scope.resource);
  const object = inherit(draft, old);
  const finalizers = getOwn(record['spec'], 'finalizers') as string[] | undefined;
  object['spec'] = finalizers === undefined || finalizers.length === 0 ? {} : { finalizers };
  const answer = finalizeObject(engine, scope, entry.key, object);
  return renderObject(request, scope.resource, { object: answer }, { now: engine.clock.now() });
}

/** The metadata is the client's, but for what only the server writes. */
function inherit(draft: KubeObject, old: KubeObject): KubeObject {
  const { uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, managedFields } = old.metadata;
  const kept = { uid, resourceVersion, creationTimestamp, deletionTimestamp, managedFields };
  const metadata = { labels, ...draft.metadata, ...kept } as KubeObject['metadata'];
  for (const key of Object.keys(metadata)) if (metadata[key] === undefined) delete metadata[key];
  return { ...cloneValue(old), metadata };
}

function finalizeObject(engine: Engine, scope: Scope, key: string, object: KubeObject): KubeObject {
  const { storage } = scope.resource;
  const isLast =
    object.metadata.deletionTimestamp !== undefined &&
    getOwn(object['spec'], 'finalizers') === undefined &&
    (object.metadata.finalizers?.length ?? 0) === 0;
  if (!isLast) return engine.store.put(storage, key, object).object;
  engine.store.delete(storage, key, object);
  return object;
}
