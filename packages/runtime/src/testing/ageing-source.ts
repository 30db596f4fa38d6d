import type { Clock, KubeObject } from '@gitops-toolkit/core';
import type { WatchEvent } from '@gitops-toolkit/kube';

import { LinkedSignal } from '../linked-signal.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { ListWatch, WatchRequest, WatchSource } from '../watch/list-watch.ts';
import type { WatchSelection } from '../watch/selection.ts';
import { statusError } from './scripted-list-watch.ts';

/** What happens to watches in a long life: servers end them in time, connections break, tokens expire. */
export class AgeingSource implements WatchSource {
  /** Watches that were begun. */
  watches = 0;
  readonly #source: WatchSource;
  readonly #clock: Clock;
  readonly #breaks = new Set<AbortController>();
  #tokenIsOld = false;

  constructor(source: WatchSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** Breaks every connection. */
  break(): void {
    for (const each of this.#breaks) each.abort(new Error('the connection broke'));
  }

  /** The next request is refused: its token is not valid any more. */
  rotateToken(): void {
    this.#tokenIsOld = true;
  }

  isNamespaced(kind: ResourceKind): Promise<boolean> {
    return this.#source.isNamespaced(kind);
  }

  listWatch<T extends KubeObject>(kind: ResourceKind<T>, selection: WatchSelection): ListWatch<T> {
    const sound = this.#source.listWatch(kind, selection);
    return {
      list: (request) => sound.list(request),
      watch: (request) => this.#watch(sound, request),
    };
  }

  async *#watch<T extends KubeObject>(
    sound: ListWatch<T>,
    request: WatchRequest,
  ): AsyncGenerator<WatchEvent<T>> {
    this.watches++;
    if (this.#tokenIsOld) {
      this.#tokenIsOld = false;
      throw statusError(401, 'Unauthorized');
    }
    const [end, broken] = [new AbortController(), new AbortController()];
    const cancel = this.#clock.setTimeout(() => end.abort(), request.timeoutSeconds * 1000);
    this.#breaks.add(broken);
    using either = new LinkedSignal(request.signal, end.signal, broken.signal);
    try {
      yield* sound.watch({ ...request, signal: either.signal });
      broken.signal.throwIfAborted();
    } finally {
      cancel();
      this.#breaks.delete(broken);
    }
  }
}
