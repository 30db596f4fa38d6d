/** What a request tells an agent that makes connections by itself; Node passes it on and does not look at it. */
interface DialSignal {
  readonly dialSignal?: AbortSignal;
}

/** Options of a request, with which a connection that is made for it alone is given up when the signal aborts. */
export function dialledUntil(signal: AbortSignal): DialSignal {
  return { dialSignal: signal };
}

/** The signal of the request that a connection is made for. */
export function dialSignalOf(options: object): AbortSignal | undefined {
  return (options as DialSignal).dialSignal;
}
