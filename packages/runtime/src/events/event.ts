import type { KubeObject } from '@gitops-toolkit/core';

/** What there is to say about an object. */
export interface ObjectEvent {
  readonly object: KubeObject;
  /** `Trace` is for the cluster's own events alone, and never goes to a notification service. */
  readonly type: 'Normal' | 'Warning' | 'Trace';
  /** A word in CamelCase. */
  readonly reason: string;
  readonly message: string;
  /** What was done or tried, a word in CamelCase. Only events of `events.k8s.io` tell it. @default the reason */
  readonly action?: string;
  /**
   * Facts for receivers, such as `kustomize.toolkit.fluxcd.io/revision`. Kept as annotations of the
   * cluster's event.
   */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Where events go. It may fail: a recorder logs that and goes on. */
export interface EventSink {
  send(event: ObjectEvent, signal: AbortSignal): Promise<void>;
  /** Sends what it holds back. Called when a recorder is flushed, after everything was sent. */
  flush?(signal: AbortSignal): Promise<void>;
  /** Nothing is sent any more: ends what it has under way. */
  close?(): void;
}
