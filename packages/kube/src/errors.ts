import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The codes of {@link KubeError}; `docs/errors/kube.md` says what to do about each. */
export type KubeErrorCode =
  | 'KUBE_STATUS'
  | 'KUBE_NETWORK'
  | 'KUBE_TIMEOUT'
  | 'KUBE_BAD_RESPONSE'
  | 'KUBE_RESPONSE_TOO_LARGE'
  | 'KUBE_WATCH_STALLED'
  | 'KUBE_NO_MATCH'
  | 'KUBE_NAME_INVALID'
  | 'KUBE_NAMESPACE_REFUSED'
  | 'KUBE_CLOSED'
  | 'KUBE_CREDENTIALS'
  | 'KUBE_CONFIG_INVALID'
  | 'KUBE_CONFIG_NOT_FOUND'
  | 'KUBE_CONFIG_REFUSED';

/** One cause in the details of a `Status`, such as a field that is not valid. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The details of a `Status`. `kind` is the resource (`configmaps`), or the kind where `reason` is `Invalid`. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** What a {@link KubeError} is made of, beside its code and message. */
export interface KubeErrorOptions extends ToolkitErrorOptions {
  readonly status?: number;
  readonly reason?: string;
  readonly details?: StatusDetails;
}

/**
 * A request that failed: refused by the API server (`KUBE_STATUS`, with the server's own message,
 * status and reason), or never answered. `retry` is `backoff` for conflicts, 429, 5xx and the network.
 */
export class KubeError extends ToolkitError {
  declare readonly code: KubeErrorCode;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The reason of the `Status` (`NotFound`, `Conflict`, …); empty where no answer came. */
  readonly reason: string;
  readonly details?: StatusDetails;

  constructor(code: KubeErrorCode, message: string, options: KubeErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status ?? 0;
    this.reason = options.reason ?? '';
    if (options.details) this.details = options.details;
  }
}

/** Whether the object, or its kind, is not there. */
export function isNotFound(error: unknown): error is KubeError {
  return hasReason(error, 404, 'NotFound');
}

/** Whether someone else wrote first, or owns a field: read again and repeat. */
export function isConflict(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 409 && error.reason !== 'AlreadyExists';
}

/** Whether an object of the name exists already. */
export function isAlreadyExists(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 409 && error.reason === 'AlreadyExists';
}

/** Whether a resource version or continue token is too old: list again. */
export function isGone(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.status === 410 || ['Gone', 'Expired'].includes(error.reason));
}

/** Whether the object was refused as not valid. */
export function isInvalid(error: unknown): error is KubeError {
  return hasReason(error, 422, 'Invalid');
}

/** Whether the caller may not do this. */
export function isForbidden(error: unknown): error is KubeError {
  return hasReason(error, 403, 'Forbidden');
}

/** Whether the cluster does not know the kind. */
export function isNoMatch(error: unknown): error is KubeError {
  return error instanceof KubeError && error.code === 'KUBE_NO_MATCH';
}

function hasReason(error: unknown, status: number, reason: string): boolean {
  return error instanceof KubeError && (error.status === status || error.reason === reason);
}
