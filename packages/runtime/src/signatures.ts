import type { Clock, KubeObject, Logger } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import type { EventSink } from './events/event.ts';

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
