import type { WatchSelection } from '@gitops-toolkit/runtime';

/** What every controller of the toolkit can be told. */
export interface SharedControllerOptions {
  /** Objects that are reconciled at a time. */
  readonly concurrency?: number;
  /** The delays after failures. @default 750 ms, doubling up to 15 min */
  readonly retries?: { readonly minDelayMs?: number; readonly maxDelayMs?: number };
  /** Which objects the controller sees. @default all */
  readonly selection?: WatchSelection;
}
