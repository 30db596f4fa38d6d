import type { KubeObject } from '@gitops-toolkit/core';
import { sleep } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { negotiate, type Representation } from '../http/negotiation.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { matchesFields } from '../selectors/field-selector.ts';
import { matchesLabels } from '../selectors/label-selector.ts';
import { expired, StatusError } from '../status-error.ts';
import type { Entry } from '../store/entry.ts';
import { tableFor } from '../table/table.ts';
import type { Scope } from '../write/scope.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { readListOptions, type ListOptions } from './list-options.ts';
import { partialMetadata } from './partial-metadata.ts';
import { entryText, renderValue } from './render.ts';

/** How long a list waits for a revision that is not there yet, as the watch cache does. */
const FUTURE_WAIT_MS = 3000;
const FUTURE_POLL_MS = 50;

/** One page of a list. */
interface Page {
  readonly entries: readonly Entry[];
  readonly metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

/** Answers GET on a collection. */
export async function list(engine: Engine, scope: Scope, request: ApiRequest): Promise<TextAnswer> {
  const options = readListOptions(request, scope.resource, scope.name);
  const representation = negotiate(request.headers.accept, ['Table', 'PartialObjectMetadataList']);
  await waitForRevision(engine, options);
  const page = readPage(engine, scope, options, request.staleBy);
  return renderPage(scope.resource, page, representation, request, engine.clock.now());
}

async function waitForRevision(engine: Engine, { revision, continueToken }: ListOptions): Promise<void> {
  if (revision === undefined || continueToken !== '') return;
  const end = engine.clock.monotonic() + FUTURE_WAIT_MS;
  while (revision > engine.store.revision) {
    if (engine.clock.monotonic() >= end) throw tooLargeRevision(revision, engine.store.revision);
    await sleep(FUTURE_POLL_MS, { clock: engine.clock });
  }
}

function tooLargeRevision(wanted: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return new StatusError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** The matching entries of a collection, cut to the page that the options ask for. */
export function readPage(engine: Engine, scope: Scope, options: ListOptions, staleBy = 0): Page {
  const prefix = scope.namespace === undefined || !scope.resource.namespaced ? '' : `${scope.namespace}/`;
  const { revision, entries } = readState(engine, scope, prefix, options, staleBy);
  const selects = options.labels.length > 0 || options.fields.length > 0;
  const matching = selects ? entries.filter((entry) => matches(scope.resource, options, entry)) : entries;
  const metadata = { resourceVersion: String(revision) };
  if (options.limit <= 0 || matching.length <= options.limit) return { entries: matching, metadata };
  const shown = matching.slice(0, options.limit);
  const after = (shown.at(-1) as Entry).key.slice(prefix.length);
  const rest = matching.length - shown.length;
  const token = encodeContinue({ revision, after });
  return {
    entries: shown,
    metadata: { ...metadata, continue: token, ...(selects ? {} : { remainingItemCount: rest }) },
  };
}

/** The entries at the revision of the continue token, at an exact one, or now. */
function readState(
  engine: Engine,
  scope: Scope,
  prefix: string,
  { continueToken, revision: wanted, match, limit }: ListOptions,
  staleBy: number,
): { revision: number; entries: Entry[] } {
  const bucket = engine.store.bucket(scope.resource.storage);
  if (continueToken !== '') {
    const point = decodeContinue(continueToken);
    const entries = bucket.rangeAt(prefix, point.revision);
    if (!entries) throw expired(CONTINUE_EXPIRED);
    const after = prefix + point.after;
    return { revision: point.revision, entries: entries.filter((entry) => entry.key > after) };
  }
  // A limited list at a revision is exact too, for its pages have to fit together.
  if (wanted !== undefined && wanted > 0 && (match === 'Exact' || (match === '' && limit > 0))) {
    const entries = bucket.rangeAt(prefix, wanted);
    if (!entries) throw expired(`The resourceVersion for the provided list is too old.`);
    return { revision: wanted, entries };
  }
  // Without a version the newest is asked for, and no cache answers.
  if (wanted !== undefined && staleBy > 0) {
    const past = Math.max(engine.store.revision - staleBy, wanted, bucket.compacted, 1);
    return { revision: past, entries: bucket.rangeAt(prefix, past) ?? [] };
  }
  return { revision: engine.store.revision, entries: bucket.range(prefix) };
}

const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Whether an entry meets the selectors. */
export function matches(
  resource: ServedResource,
  options: Pick<ListOptions, 'labels' | 'fields'>,
  entry: Entry,
): boolean {
  if (!matchesLabels(options.labels, entry.object.metadata.labels)) return false;
  return options.fields.length === 0 || matchesFields(options.fields, resource.fromStorage(entry.object));
}

function renderPage(
  resource: ServedResource,
  { entries, metadata }: Page,
  representation: Representation,
  request: ApiRequest,
  now: number,
): TextAnswer {
  const { shape } = representation;
  if (!shape && representation.format === 'json') {
    const body = listText(resource, entries, metadata);
    return { code: 200, contentType: representation.contentType, body };
  }
  const objects = entries.map((entry) => resource.fromStorage(entry.object));
  if (shape?.kind === 'Table') {
    const table = tableFor(resource, objects, { version: shape.version, request, now });
    return renderValue(representation, { ...table, metadata });
  }
  if (shape) {
    const items = objects.map((object) => partialMetadata(object, shape.version));
    return renderValue(representation, {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${shape.version}`,
      metadata,
      items,
    });
  }
  return renderValue(representation, {
    kind: resource.listKind,
    apiVersion: resource.apiVersion,
    metadata,
    items: objects.map((object) => listItem(resource, object)),
  });
}

/** Items of typed lists are printed without their type, which the list names. */
function listItem(resource: ServedResource, object: KubeObject): unknown {
  if (resource.custom) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

/** The list as text, from the texts that the items have already. */
export function listText(resource: ServedResource, entries: readonly Entry[], metadata: unknown): string {
  const head = `{"kind":${JSON.stringify(resource.listKind)},"apiVersion":${JSON.stringify(resource.apiVersion)},"metadata":${JSON.stringify(metadata)},"items":[`;
  const typeLength =
    `"kind":${JSON.stringify(resource.kind)},"apiVersion":${JSON.stringify(resource.apiVersion)},`.length;
  const items = entries.map((entry) => {
    const text = entryText(resource, entry);
    return resource.custom ? text : `{${text.slice(1 + typeLength)}`;
  });
  return `${head}${items.join(',')}]}`;
}
