/**
 * Write Kubernetes reconcilers.
 *
 * A *reconciler* brings the world in line with one object; it is told which, never what changed. A
 * {@link controller} runs it for every object of a kind whenever something that concerns it changes:
 * its *watches* keep a {@link WatchCache} of objects current, *predicates* say which changes count,
 * *mappers* which objects they concern, and a {@link WorkQueue} sees to it that no object is
 * reconciled twice at a time and that failures come back with growing delays. A {@link manager} runs
 * controllers on one client: with probes, metrics, events, leader election, and an end in good order.
 *
 * Newcomers begin with {@link controller} and {@link manager}. Every part of them is exported and can
 * be used alone: {@link Controller}, {@link WatchCache}, {@link Reflector}, {@link WorkQueue},
 * {@link LeaseElector}, {@link EventRecorder}, {@link MetricsRegistry}.
 *
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { controller, jsonLogger, kindOf, manager, requeueAfter, terminationSignal } from '@gitops-toolkit/runtime';
 *
 * const Deployment = kindOf('apps/v1', 'Deployment');
 * const auditor = controller(Deployment, async (deployment, { log }) => {
 *   if (!deployment.metadata.labels?.['team']) log.info('nobody owns it');
 *   return requeueAfter(3_600_000);
 * });
 * const client = new KubeClient(await loadKubeconfig());
 * await manager({ name: 'auditor', client, controllers: [auditor], logger: jsonLogger() }).run(terminationSignal());
 * ```
 *
 * @module
 */
export { conditions } from './conditions/conditions.ts';
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
export { predicates } from './controller/predicates.ts';
export type { Predicate } from './controller/predicate.ts';
export type { ReconcileContext, ReconcileFunction, Reconciler } from './controller/reconciler.ts';
export { requeueAfter, type Result, terminal } from './controller/result.ts';
export { RuntimeError, type RuntimeErrorCode } from './errors.ts';
export { type EventMetadata, EventRecorder, type EventRecorderOptions } from './events/event-recorder.ts';
export type { EventSink, ObjectEvent } from './events/event.ts';
export { keyOf, keyString, type ObjectKey, parseKey } from './object-key.ts';
export { kindOf, type ResourceKind } from './resource-kind.ts';
export { referencedNamespace } from './references/cross-namespace.ts';
export {
  type BasicAuth,
  basicAuthOf,
  bearerTokenOf,
  type TlsFiles,
  tlsFilesOf,
} from './references/secret-access.ts';
export { readSecret, type SecretData, secretData } from './references/secret-data.ts';
export { findDependencyCycle } from './status/dependency-cycle.ts';
export { type DependencyOptions, sortByDependency } from './status/dependency-order.ts';
export { addFinalizer, type FinalizerOptions, hasFinalizer, removeFinalizer } from './status/finalizer.ts';
export { type HistoryEntry, type HistorySnapshot, recordHistory } from './status/history.ts';
export { DelayedProgress, type DelayedProgressOptions } from './status/delayed-progress.ts';
export { jitter } from './status/jitter.ts';
export type { PatchClient } from './status/retry-on-conflict.ts';
export { SerialPatcher, type SerialPatcherOptions } from './status/serial-patcher.ts';
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
export { Store, type StoreOptions } from './watch/store.ts';
export { stripLastApplied, stripManagedFields, type Transform } from './watch/transform.ts';
export { WatchCache, type WatchCacheOptions } from './watch/watch-cache.ts';
export {
  clusterSource,
  type ListRequest,
  type ListWatch,
  type WatchRequest,
  type WatchSource,
} from './watch/list-watch.ts';
export { KindCache, type KindCacheOptions, type Subscription } from './watch/kind-cache.ts';
export type { ChangeHandler } from './watch/handler-lane.ts';
export {
  Reflector,
  type ReflectorOptions,
  type ReflectorState,
  type ReflectorTarget,
} from './watch/reflector.ts';
export { FakeClock } from './fake-clock.ts';
export { Controller, type ControllerEnvironment } from './controller/controller.ts';
export type { ControllerObserver, RunOutcome } from './controller/controller-observer.ts';
export {
  type AddOptions,
  lowPriority,
  type WorkItem,
  WorkQueue,
  type WorkQueueOptions,
} from './queue/work-queue.ts';
export type { QueueObserver } from './queue/queue-observer.ts';
export {
  ItemBackoff,
  type ItemBackoffOptions,
  type RateLimiter,
  RetryBudget,
  type RetryBudgetOptions,
  SlowestOf,
} from './queue/rate-limiter.ts';
export { commonFlags } from './flags/common-flags.ts';
export { type FeatureGateDefaults, parseFeatureGates } from './flags/feature-gates.ts';
export type { Flag, FlagSet, FlagType, FlagValues } from './flags/flag.ts';
export { describeFlags, parseFlags, type ParseFlagsOptions } from './flags/parse-flags.ts';
export { clusterEventSink, type ClusterEventSinkOptions } from './events/cluster-event-sink.ts';
export { seriesEventSink, type SeriesEventSinkOptions } from './events/series-event-sink.ts';
export { notificationSink, type NotificationSinkOptions } from './events/notification-sink.ts';
export {
  type Collect,
  type Counter,
  exponentialBuckets,
  type Gauge,
  type Histogram,
  type Labels,
  type MetricOptions,
  MetricsRegistry,
} from './metrics/metrics-registry.ts';
export { Tracing } from './tracing/tracing.ts';
export type { RunTracer, TracedRun } from './controller/run-tracer.ts';
export { clientMetrics } from './metrics/client-metrics.ts';
export { type Leadership, LeaseElector, type LeaseElectorOptions } from './election/lease-elector.ts';
export { jsonLogger, type LoggerOptions, type LogLevel } from './manager/json-logger.ts';
export { terminationSignal, type TerminationOptions } from './manager/termination-signal.ts';
export type { HealthCheck, HealthChecks } from './manager/health-checks.ts';
export type { ListenOptions } from './manager/operations-server.ts';
export type { ProfilingOptions } from './manager/profiling-routes.ts';
export {
  type ControllerDescription,
  Manager,
  manager,
  type ManagerElectionOptions,
  type ManagerOptions,
  type Runnable,
  type ServedWebhooks,
} from './manager/manager.ts';
export { managerOptions, parseListenAddress, type ListenAddress } from './flags/manager-options.ts';
