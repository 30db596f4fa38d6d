import type { Clock, KubeObject, Logger } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import type { EventSink } from './events/event.ts';

/** How a {@link SerialPatcher} writes. */
export interface SerialPatcherOptions {
  readonly client: KubeClient;
  /** Under whose name `managedFields` lists the changes. */
  readonly fieldManager: string;
  /** Condition types that this controller alone speaks of. */
  readonly ownedConditions?: readonly string[];
  /** Called with what the API server answered: `context.wrote` belongs here. */
  readonly onWritten?: (object: KubeObject) => void;
  readonly clock?: Clock;
}
export declare class SerialPatcher<T extends KubeObject> {
  /** @param object as it was read; a copy is kept */
  constructor(object: T, options: SerialPatcherOptions);
  /** Writes what changed since the last call: status first, then metadata and spec. Updates `object.metadata.resourceVersion`. */
  patch(object: T, options?: { readonly signal?: AbortSignal }): Promise<void>;
}
export declare function hasFinalizer(object: KubeObject, finalizer: string): boolean;
/** Adds it on the server (and to `object`), at once. Gives false where it was there. */
export declare function addFinalizer(
  client: KubeClient,
  object: KubeObject,
  finalizer: string,
  options: { fieldManager: string; signal?: AbortSignal },
): Promise<boolean>;
export declare function removeFinalizer(
  client: KubeClient,
  object: KubeObject,
  finalizer: string,
  options: { fieldManager: string; signal?: AbortSignal },
): Promise<boolean>;
/** Sorts things so that each comes after what it depends on. Throws RUNTIME_DEPENDENCY_CYCLE naming the cycle. */
export declare function sortByDependency<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  dependenciesOf: (item: T) => Iterable<string>,
): T[];

export interface ManagerOptions {
  readonly client: KubeClient;
  readonly controllers?: readonly { readonly name: string }[];
  /** Names the program in leases, events and user agents. */
  readonly name: string;
  readonly namespaces?: readonly string[];
  readonly leaderElection?: {
    readonly leaseName?: string;
    readonly namespace: string;
    readonly identity?: string;
    readonly leaseDurationMs?: number;
    readonly renewDeadlineMs?: number;
    readonly retryPeriodMs?: number;
    readonly releaseOnCancel?: boolean;
  };
  readonly metrics?: { readonly port: number; readonly host?: string };
  readonly health?: { readonly port: number; readonly host?: string };
  readonly eventSinks?: readonly EventSink[];
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly shutdownTimeoutMs?: number;
}
export declare class Manager {
  /** Runs until the signal is aborted; then drains and resolves. Rejects when a start step fails or the lease is lost. */
  run(signal?: AbortSignal): Promise<void>;
}
export declare function manager(options: ManagerOptions): Manager;
/** Aborted by the first SIGTERM or SIGINT; the second ends the process with 1. */
export declare function terminationSignal(): AbortSignal;
export declare function jsonLogger(options?: {
  level?: 'trace' | 'debug' | 'info' | 'error';
  encoding?: 'json' | 'console';
}): Logger;
export declare function notificationSink(options: {
  address: string;
  reportingController: string;
  reportingInstance?: string;
}): EventSink;
