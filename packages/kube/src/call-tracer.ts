/** A call, as a trace tells of it. */
export interface TracedCall {
  readonly method: string;
  /** Below the server's address, without its query. */
  readonly path: string;
  /** Host and port of the API server. */
  readonly host: string;
}

/**
 * Does a call within a span of its own: calls `work` once, with the headers that its requests are to carry, such as
 * `traceparent`, and gives or throws what that does. Watches are no calls.
 */
export type CallTracer = <T>(
  call: TracedCall,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>,
) => Promise<T>;
