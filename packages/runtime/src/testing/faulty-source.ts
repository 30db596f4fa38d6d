import type { KubeObject } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';

import type { ListWatch, WatchSource } from '../watch/list-watch.ts';
import { statusError } from './scripted-list-watch.ts';

/** What a server and a network do to clients. */
const faults: readonly (() => Error | undefined)[] = [
  () => new KubeError('KUBE_NETWORK', 'read ECONNRESET', { retry: 'backoff' }),
  () =>
    new KubeError('KUBE_BAD_RESPONSE', 'the server sent an event that cannot be read', { retry: 'backoff' }),
  () => statusError(500, 'InternalError'),
  () => statusError(429, 'TooManyRequests', 'slow down', 3000),
  () => statusError(410, 'Expired'),
  () => statusError(401, 'Unauthorized'),
  // The server ends the watch in good order.
  () => undefined,
];

/** A source whose requests and streams fail at random. */
export class FaultySource implements WatchSource {
  /** How many of a hundred steps fail. */
  percent = 0;
  readonly #source: WatchSource;
  readonly #random: (limit: number) => number;

  constructor(source: WatchSource, random: (limit: number) => number) {
    this.#source = source;
    this.#random = random;
  }

  isNamespaced(): Promise<boolean> {
    return Promise.resolve(true);
  }

  listWatch<T extends KubeObject>(...target: Parameters<WatchSource['listWatch']>): ListWatch<T> {
    const inner = this.#source.listWatch<T>(target[0] as never, target[1]);
    const fault = this.#fault.bind(this);
    return {
      async list(request) {
        const failure = fault();
        if (failure?.error) throw failure.error;
        return inner.list(request);
      },
      async *watch(request) {
        for await (const event of inner.watch(request)) {
          const failure = fault();
          if (failure?.error) throw failure.error;
          if (failure) return;
          yield event;
        }
      },
    };
  }

  #fault(): { readonly error: Error | undefined } | undefined {
    if (this.#random(100) >= this.percent) return undefined;
    return { error: faults[this.#random(faults.length)]?.() };
  }
}
