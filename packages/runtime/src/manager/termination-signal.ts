/** What {@link terminationSignal} listens to, and how it ends the process. */
export interface TerminationOptions {
  /** @default the process itself */
  readonly process?: Pick<NodeJS.Process, 'on' | 'exit'>;
}

/**
 * A signal that is aborted when the process is asked to end: by SIGTERM, or SIGINT from a terminal.
 * Asked a second time, the process ends at once with code 1.
 */
export function terminationSignal(options: TerminationOptions = {}): AbortSignal {
  const target = options.process ?? process;
  const controller = new AbortController();
  const onSignal = (name: string): void => {
    if (controller.signal.aborted) target.exit(1);
    controller.abort(new Error(`received ${name}`));
  };
  target.on('SIGTERM', () => onSignal('SIGTERM'));
  target.on('SIGINT', () => onSignal('SIGINT'));
  return controller.signal;
}
