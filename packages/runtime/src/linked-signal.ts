/**
 * A signal that is aborted with the first of several others, until it is disposed.
 *
 * `AbortSignal.any` would do, but Node keeps what it makes, with all that listens to it, for as long as a
 * source lives: a program that makes one for every run would grow by a kilobyte each time.
 */
export class LinkedSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #onAbort: (event: Event) => void;

  constructor(...sources: readonly AbortSignal[]) {
    this.#sources = sources;
    this.#onAbort = (event) => this.#abort(event.target as AbortSignal);
    const aborted = sources.find((source) => source.aborted);
    if (aborted) this.#controller.abort(aborted.reason);
    else for (const source of sources) source.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets go of the others; the signal stays as it is. */
  [Symbol.dispose](): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#onAbort);
  }

  #abort(source: AbortSignal): void {
    this[Symbol.dispose]();
    this.#controller.abort(source.reason);
  }
}
