import type { FieldError } from '@gitops-toolkit/schema';

import type { ApiRequest } from '../http/api-request.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { parseFieldSelector, type FieldSelector } from '../selectors/field-selector.ts';
import { parseLabelSelector, type LabelSelector } from '../selectors/label-selector.ts';
import { badRequest, internalError, invalid } from '../status-error.ts';
import { forbiddenField, invalidValue, notSupported } from '../strategy/field-errors.ts';

/** The query parameters of a list or watch, checked. */
export interface ListOptions {
  readonly watch: boolean;
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  readonly limit: number;
  readonly continueToken: string;
  /** Undefined when the client did not say. */
  readonly revision: number | undefined;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  readonly sendInitialEvents: boolean;
  readonly bookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** @throws StatusError 400, 422 or, for a resource version that is no number, 500. */
export function readListOptions(request: ApiRequest, resource: ServedResource, name?: string): ListOptions {
  const { query } = request;
  const watch = isTrue(query.get('watch'));
  const errors = listErrors(query, watch);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', resource.selectable);
  const byName = name === undefined ? [] : [{ field: 'metadata.name', equal: true, value: name }];
  return {
    watch,
    labels: parseLabelSelector(query.get('labelSelector') ?? ''),
    fields: [...fields, ...byName],
    limit: readInteger(query.get('limit')) ?? 0,
    continueToken: query.get('continue') ?? '',
    revision: readRevision(query.get('resourceVersion'), watch),
    match: (query.get('resourceVersionMatch') ?? '') as ListOptions['match'],
    sendInitialEvents: isTrue(query.get('sendInitialEvents')),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: readInteger(query.get('timeoutSeconds')),
  };
}

function listErrors(query: URLSearchParams, watch: boolean): FieldError[] {
  const match = query.get('resourceVersionMatch') ?? '';
  const revision = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents');
  if (watch) return watchErrors(match, initial);
  const errors: FieldError[] = [];
  if (initial !== null)
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match === '') return errors;
  if (revision === '') {
    errors.push(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    );
  }
  if (query.get('continue')) {
    errors.push(
      forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'),
    );
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && revision === '0') {
    errors.push(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ),
    );
  }
  return errors;
}

function watchErrors(match: string, initial: string | null): FieldError[] {
  if (initial !== null && match !== 'NotOlderThan') {
    const text = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    return [
      match === ''
        ? forbiddenField('resourceVersionMatch', text)
        : notSupported('resourceVersionMatch', match, ['NotOlderThan']),
    ];
  }
  if (initial === null && match !== '') {
    const text = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    const errors = [forbiddenField('resourceVersionMatch', text)];
    if (match !== 'NotOlderThan') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
    return errors;
  }
  return [];
}

function readRevision(text: string | null, watch: boolean): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d{1,19}$/.test(text)) return Number(text);
  const { field, message } = invalidValue(
    'resourceVersion',
    text,
    `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
  // The real server has a reason for this error in lists alone.
  throw watch
    ? internalError(`${field}: ${message}`)
    : badRequest(`invalid resource version: ${field}: ${message}`);
}

function readInteger(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function isTrue(text: string | null): boolean {
  return text !== null && /^(1|t|true|)$/i.test(text);
}
