import { getOwn, type KubeObject } from '@gitops-toolkit/core';

/** Its value is a token; a new token asks for a run. */
export const requestedAtAnnotation = 'reconcile.fluxcd.io/requestedAt';
/** Beside the same `requestedAt` token: also do what the kind calls forced. */
export const forceAtAnnotation = 'reconcile.fluxcd.io/forceAt';
/** Beside the same `requestedAt` token: also forget past failures. */
export const resetAtAnnotation = 'reconcile.fluxcd.io/resetAt';

/** The token of the request in the annotations, whether it was handled or not. */
export function reconcileRequest(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[requestedAtAnnotation];
}

/** Whether a request waits: its token is not the one in `status.lastHandledReconcileAt`. */
export function hasReconcileRequest(object: KubeObject): boolean {
  const token = reconcileRequest(object);
  return token !== undefined && token !== '' && token !== getOwn(object['status'], 'lastHandledReconcileAt');
}

/** Records in the status that the request was handled. Does nothing where there is none. */
export function markReconcileRequestHandled(object: KubeObject): void {
  const token = reconcileRequest(object);
  if (token) statusOf(object)['lastHandledReconcileAt'] = token;
}

/**
 * Whether a forced run is asked for, and records that it was seen.
 *
 * The request counts when its token equals that of `requestedAt` and neither was handled: a token
 * left behind in the annotations must not force a later, unrelated run.
 */
export function takeForceRequest(object: KubeObject): boolean {
  return take(object, forceAtAnnotation, 'lastHandledForceAt');
}

/** Whether a reset of the failure counts is asked for, and records that it was seen. */
export function takeResetRequest(object: KubeObject): boolean {
  return take(object, resetAtAnnotation, 'lastHandledResetAt');
}

function take(object: KubeObject, annotation: string, field: string): boolean {
  const token = object.metadata.annotations?.[annotation];
  if (!token) return false;
  const status = statusOf(object);
  const unseen = status[field] !== token && hasReconcileRequest(object);
  status[field] = token;
  return unseen && token === reconcileRequest(object);
}

function statusOf(object: KubeObject): Record<string, unknown> {
  return (object['status'] ??= {}) as Record<string, unknown>;
}
