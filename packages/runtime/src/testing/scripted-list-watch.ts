import type { KubeObject } from '@gitops-toolkit/core';
import { KubeError, type KubeList, type WatchEvent } from '@gitops-toolkit/kube';

import type { ListRequest, ListWatch, WatchRequest } from '../watch/list-watch.ts';

/** A list that waits for the test to answer it. */
export interface ListCall {
  readonly request: ListRequest;
  respond(items: KubeObject[], metadata: KubeList['metadata']): void;
  fail(error: unknown): void;
}

/** A watch that the test feeds. */
export interface WatchCall {
  readonly request: WatchRequest;
  send(...events: WatchEvent[]): void;
  fail(error: unknown): void;
  end(): void;
}

type Step = { readonly event: WatchEvent } | { readonly error: unknown } | { readonly end: true };

/** A server whose every answer the test gives. */
export class ScriptedListWatch implements ListWatch {
  readonly lists: ListCall[] = [];
  readonly watches: WatchCall[] = [];

  list(request: ListRequest): Promise<KubeList<never>> {
    return new Promise((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error), { once: true });
      this.lists.push({
        request,
        respond: (items, metadata) =>
          resolve({ apiVersion: 'v1', kind: 'List', metadata, items: items as never[] }),
        fail: reject,
      });
    });
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent<never>> {
    let wake = (): void => {};
    const pending: Step[] = [];
    const push = (step: Step): void => {
      pending.push(step);
      wake();
    };
    request.signal.addEventListener('abort', () => push({ error: request.signal.reason }), { once: true });
    this.watches.push({
      request,
      send: (...events) => events.forEach((event) => push({ event })),
      fail: (error) => push({ error }),
      end: () => push({ end: true }),
    });
    for (;;) {
      for (let step = pending.shift(); step !== undefined; step = pending.shift()) {
        if ('end' in step) return;
        if ('error' in step) throw step.error;
        yield step.event as WatchEvent<never>;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}

/** An object of the kind `v1 ConfigMap`. */
export function configMap(
  name: string,
  resourceVersion: string,
  more: Partial<KubeObject['metadata']> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'apps', name, uid: `uid-of-${name}`, resourceVersion, ...more },
  };
}

/** A bookmark, perhaps the one that ends the initial events. */
export function bookmark(
  resourceVersion: string,
  options: { readonly initialEnd?: boolean } = {},
): WatchEvent {
  const annotations = options.initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    type: 'BOOKMARK',
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { resourceVersion, ...annotations } },
  };
}

/** What the API server answers. */
export function statusError(
  status: number,
  reason: string,
  message: string = reason,
  retryAfterMs?: number,
): KubeError {
  return new KubeError('KUBE_STATUS', message, {
    status,
    reason,
    retry: 'backoff',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
