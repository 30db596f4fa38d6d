/** What a work queue tells of itself. Calls are synchronous and must not throw. */
export interface QueueObserver<K> {
  /** A key became ready, or was asked for again while it was. */
  added(key: K): void;
  /** A worker has it. */
  started(key: K): void;
  /** The worker is done with it. */
  finished(key: K): void;
  /** It was put off after a failure. */
  retried(key: K): void;
}
