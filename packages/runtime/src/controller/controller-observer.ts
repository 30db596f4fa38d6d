/** How a run ended, in the words of the metrics. */
export type RunOutcome = 'success' | 'error' | 'terminal_error' | 'requeue' | 'requeue_after';

/** What a controller tells of its runs, for metrics. Calls are synchronous and must not throw. */
export interface ControllerObserver {
  started(): void;
  /**
   * @param timedOut whether the run was told to end because it took too long
   * @param panicked whether it failed with what only a mistake in the program throws, such as a `TypeError`
   */
  finished(run: {
    readonly outcome: RunOutcome;
    readonly seconds: number;
    readonly timedOut: boolean;
    readonly panicked: boolean;
    readonly name: string;
    readonly namespace: string | undefined;
  }): void;
  /** An object is gone: nothing is to be told of it any more. */
  forgotten(key: { readonly name: string; readonly namespace?: string }): void;
}
