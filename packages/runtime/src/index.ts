/**
 * Write Kubernetes reconcilers.
 *
 * @module
 */
export * as conditions from './conditions/index.ts';
export type { Condition, ConditionStatus } from './conditions/condition.ts';
export { controller, ControllerBuilder, type WatchesOptions } from './controller/builder.ts';
export type { ControllerOptions, TriggerSource, WatchedKind } from './controller/controller-options.ts';
export {
  indexMapper,
  indexValue,
  type MapContext,
  type Mapper,
  ownerMapper,
  type OwnerOptions,
} from './controller/mappers.ts';
export * as predicates from './controller/predicates.ts';
export type { Predicate } from './controller/predicates.ts';
export type { ReconcileContext, ReconcileFunction, Reconciler } from './controller/reconciler.ts';
export { requeueAfter, type Result, terminal } from './controller/result.ts';
export { RuntimeError, type RuntimeErrorCode } from './errors.ts';
export { type EventMetadata, EventRecorder, type EventRecorderOptions } from './events/event-recorder.ts';
export type { EventSink, ObjectEvent } from './events/event.ts';
export { keyOf, keyString, type ObjectKey, parseKey } from './object-key.ts';
export { kindOf, type ResourceKind } from './resource-kind.ts';
export { jitter } from './status/jitter.ts';
export {
  forceAtAnnotation,
  hasReconcileRequest,
  markReconcileRequestHandled,
  reconcileRequest,
  requestedAtAnnotation,
  resetAtAnnotation,
  takeForceRequest,
  takeResetRequest,
} from './status/reconcile-request.ts';
export type { CacheListOptions, CacheReader } from './watch/cache-reader.ts';
export type { ObjectAdded, ObjectChange, ObjectDeleted, ObjectUpdated } from './watch/object-change.ts';
export type { WatchSelection } from './watch/selection.ts';
export type { IndexFunction } from './watch/store-index.ts';
export * from './signatures.ts';
