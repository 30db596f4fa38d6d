import type { KubeObject } from '@gitops-toolkit/core';
import { emit } from '@gitops-toolkit/yaml';

import { jsonAnswer, type TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { negotiate, type Representation } from '../http/negotiation.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import type { Entry } from '../store/entry.ts';
import { tableFor } from '../table/table.ts';
import { partialMetadata } from './partial-metadata.ts';

/** The JSON text of a stored object in a version; printed once for all readers. */
export function entryText(resource: ServedResource, entry: Entry): string {
  return entry.text(resource.apiVersion, resource.fromStorage);
}

/** Answers with one object in the representation that the request asks for. */
export function renderObject(
  request: ApiRequest,
  resource: ServedResource,
  found: { readonly object: KubeObject; readonly entry?: Entry },
  options: { readonly code?: number; readonly now: number },
): TextAnswer {
  const { code = 200, now } = options;
  const representation = negotiate(request.headers.accept, ['Table', 'PartialObjectMetadata']);
  const { shape } = representation;
  if (!shape && representation.format === 'json' && found.entry?.object === found.object) {
    return { code, contentType: representation.contentType, body: entryText(resource, found.entry) };
  }
  if (shape?.kind === 'Table') {
    const table = tableFor(resource, [found.object], { version: shape.version, request, now });
    return renderValue(
      representation,
      { ...table, metadata: { resourceVersion: found.object.metadata.resourceVersion } },
      code,
    );
  }
  const value = shape ? partialMetadata(found.object, shape.version) : found.object;
  return renderValue(representation, value, code);
}

/** Any value in the format that was asked for. */
export function renderValue(representation: Representation, value: unknown, code = 200): TextAnswer {
  const { contentType } = representation;
  if (representation.format === 'yaml') return { code, contentType, body: emit(value) };
  return { ...jsonAnswer(value, code), contentType };
}
