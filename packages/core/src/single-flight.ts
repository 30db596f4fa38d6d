import { untilAborted } from './until-aborted.ts';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly signal: AbortSignal | undefined;
}

/** Work that many wait for and one does: a token that is fetched, a server that is asked how it wants to be spoken to. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /**
   * Does the work of a key, or waits for whoever does it already. Everybody waits as long as his own signal lets him; where
   * whoever does it is ended by his, one of the others does it anew.
   *
   * @param work looks at the signal
   * @throws what the work throws; the reason of the signal
   */
  async run(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      const flight = this.#flights.get(key);
      if (!flight) return this.#start(key, work, signal);
      try {
        return await untilAborted(flight.result, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (!flight.signal?.aborted) throw error;
      }
    }
  }

  #start(key: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const result = (async () => work())().finally(() => this.#flights.delete(key));
    this.#flights.set(key, { result, signal });
    return result;
  }
}
