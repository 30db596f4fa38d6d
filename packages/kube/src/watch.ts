import type { Readable } from 'node:stream';
import { type Clock, getOwn, isRecord, type KubeObject, parseJson } from '@gitops-toolkit/core';
import { ByteLines } from './byte-lines.ts';
import { networkError } from './connection-pool.ts';
import { Deadline } from './deadline.ts';
import { KubeError } from './errors.ts';
import { listAccept, nameKind, type Query } from './list.ts';
import type { Requester } from './requester.ts';
import { errorOfStatus } from './status-error.ts';

/** What a watch is narrowed to and how it behaves. */
export interface WatchOptions {
  /** @default all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only changes after this version come. @default the objects as they are, then changes */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'NotOlderThan';
  /** Without bookmarks a quiet watch cannot be told from a dead one, and its version grows old. @default true */
  readonly allowBookmarks?: boolean;
  /** All objects come first, and a bookmark with `k8s.io/initial-events-end` ends them. */
  readonly sendInitialEvents?: boolean;
  /** After which the server ends the watch. @default the server's, 30 to 60 min */
  readonly timeoutSeconds?: number;
  /** Objects come without spec and status. @default false */
  readonly metadataOnly?: boolean;
  /**
   * A watch without a byte for so long is dead: bookmarks come about once a minute. 0 for no limit,
   * which is also the default without bookmarks. @default 120 000
   */
  readonly idleTimeoutMs?: number;
  /** @default 64 MiB */
  readonly maxEventBytes?: number;
  /** Called when the server has begun to answer: what fails later is a watch that worked. */
  readonly onOpen?: () => void;
  /** Ends the watch at once and with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A change. The object of a bookmark has only a `resourceVersion`, and annotations perhaps. */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** What is watched. */
export interface WatchTarget {
  readonly path: string;
  readonly kind: { readonly apiVersion: string; readonly kind: string };
}

/** The events of one watch request, until the server ends it. */
export async function* watchEvents<T extends KubeObject>(
  requester: Requester,
  target: WatchTarget,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const { clock, host } = requester.options;
  using deadline = new Deadline({ signal: options.signal, timeoutMs: 0, clock });
  const { signal } = deadline;
  signal.throwIfAborted();
  const body = await requester.stream({
    method: 'GET',
    path: target.path,
    query: watchQuery(options),
    accept: listAccept('PartialObjectMetadata', options.metadataOnly),
    kind: target.kind,
    signal,
  });
  options.onOpen?.();
  const lines = new ByteLines(options.maxEventBytes ?? 64 * 1024 * 1024);
  try {
    for await (const chunk of chunks(body, idleLimit(options), clock)) {
      for (const line of lines.push(chunk)) yield parseEvent<T>(line, target);
    }
  } catch (cause) {
    throw signal.aborted ? signal.reason : networkError(cause, host);
  } finally {
    body.destroy();
  }
  // A proxy that dies in the middle of an event may still end the response in good order.
  if (lines.rest() !== '')
    throw new KubeError('KUBE_NETWORK', 'the watch ended within an event', { retry: 'backoff' });
}

function watchQuery(options: WatchOptions): Query {
  return {
    watch: 1,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch:
      options.resourceVersionMatch ?? (options.sendInitialEvents ? 'NotOlderThan' : undefined),
    allowWatchBookmarks: options.allowBookmarks ?? true,
    sendInitialEvents: options.sendInitialEvents,
    timeoutSeconds: options.timeoutSeconds,
  };
}

function idleLimit(options: WatchOptions): number {
  return options.idleTimeoutMs ?? ((options.allowBookmarks ?? true) ? 120_000 : 0);
}

/**
 * The chunks of a body. The next is asked for only when the last was used up, so that a slow
 * reader slows the socket down, and the clock runs only while we wait for the server.
 */
async function* chunks(
  body: Readable,
  idleMs: number,
  clock: Clock,
): AsyncGenerator<Buffer, void, undefined> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const cancel = idleMs > 0 ? clock.setTimeout(() => body.destroy(stalled(idleMs)), idleMs) : () => {};
    const next = await iterator.next().finally(cancel);
    if (next.done) return;
    yield next.value;
  }
}

function stalled(idleMs: number): KubeError {
  const message = `the watch was silent for ${idleMs} ms, bookmarks included: its connection is dead`;
  return new KubeError('KUBE_WATCH_STALLED', message, { retry: 'backoff' });
}

function parseEvent<T extends KubeObject>(line: string, target: WatchTarget): WatchEvent<T> {
  const event = parseLine(line);
  const object = getOwn(event, 'object');
  if (!isRecord(object)) throw badEvent();
  if (event['type'] === 'ERROR') throw errorOfStatus(object);
  nameKind(object as KubeObject, target.kind);
  return event as unknown as WatchEvent<T>;
}

function parseLine(line: string): Record<string, unknown> {
  try {
    const event = parseJson(line);
    if (isRecord(event)) return event;
  } catch (cause) {
    throw badEvent(cause);
  }
  throw badEvent();
}

function badEvent(cause?: unknown): KubeError {
  const message = 'the server sent an event that cannot be read';
  return new KubeError('KUBE_BAD_RESPONSE', message, { cause, retry: 'backoff' });
}
