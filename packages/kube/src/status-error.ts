import { getOwn, isRecord, type ObjectRef, parseJson } from '@gitops-toolkit/core';
import { KubeError, type StatusDetails } from './errors.ts';

/** An answer that is not a success. */
export interface FailedResponse {
  readonly status: number;
  readonly text: string;
  readonly retryAfter?: string | undefined;
  readonly object?: ObjectRef | undefined;
}

/** The reasons that a server means when it sends no `Status` itself: a proxy, an unknown path. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** Longer texts come from proxies' error pages. */
const MAX_TEXT = 2048;

/** The error for a response that is not a success; its body may be a `Status` or anything else. */
export function errorOfResponse(response: FailedResponse): KubeError {
  const status = parseStatus(response.text);
  if (status) return errorOfStatus(status, response);
  const text = response.text.trim().slice(0, MAX_TEXT);
  return new KubeError('KUBE_STATUS', text || `the server answered ${response.status}`, {
    status: response.status,
    reason: REASONS[response.status] ?? '',
    ...retryOf(response.status, headerSeconds(response.retryAfter)),
    ...(response.object && { object: response.object }),
  });
}

/** The error for a `Status` object, as the body of a response or as an event of a watch. */
export function errorOfStatus(
  body: Record<string, unknown>,
  response: { status?: number; retryAfter?: string | undefined; object?: ObjectRef | undefined } = {},
): KubeError {
  const details = getOwn(body, 'details');
  const status = Number(getOwn(body, 'code') ?? response.status ?? 0);
  const reason = getOwn(body, 'reason');
  const seconds = headerSeconds(response.retryAfter) ?? detailSeconds(details);
  return new KubeError('KUBE_STATUS', messageOf(body, status), {
    status,
    reason: typeof reason === 'string' && reason !== '' ? reason : (REASONS[status] ?? ''),
    ...(isRecord(details) && { details: details as StatusDetails }),
    ...retryOf(status, seconds, reason),
    ...(response.object && { object: response.object }),
  });
}

function parseStatus(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const body = parseJson(text);
    return isRecord(body) && getOwn(body, 'kind') === 'Status' ? body : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(body: Record<string, unknown>, status: number): string {
  const message = getOwn(body, 'message');
  return typeof message === 'string' && message !== '' ? message : `the server answered ${status}`;
}

function retryOf(
  status: number,
  seconds: number | undefined,
  reason?: unknown,
): { retry: 'backoff' | 'terminal'; retryAfterMs?: number } {
  // A refused token may be a rotated one, and a conflict is over when the object was read again.
  const isConflict = status === 409 && reason !== 'AlreadyExists';
  const passes =
    status === 401 || isConflict || status === 410 || status === 429 || status >= 500 || status === 0;
  return {
    retry: passes ? 'backoff' : 'terminal',
    ...(passes && seconds !== undefined && { retryAfterMs: seconds * 1000 }),
  };
}

/** The API server writes whole seconds, never a date. 0 says: at once. */
function headerSeconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** In a body 0 is what Go leaves out: nothing is said. */
function detailSeconds(details: unknown): number | undefined {
  const seconds = getOwn(details, 'retryAfterSeconds');
  return typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}
