import type { KubeObject } from '@gitops-toolkit/core';

import { Waiting } from '../admission/session.ts';
import type { Engine } from '../engine.ts';
import type { StreamAnswer, StreamSink } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { negotiate, type Representation } from '../http/negotiation.ts';
import { expired } from '../status-error.ts';
import { Entry, type StoreEvent } from '../store/entry.ts';
import { tableFor } from '../table/table.ts';
import type { Scope } from '../write/scope.ts';
import { readListOptions, type ListOptions } from './list-options.ts';
import { matches } from './list.ts';
import { partialMetadata } from './partial-metadata.ts';
import { entryText } from './render.ts';

/** Bookmarks come about this often, and this long before the end. */
const BOOKMARK_MS = 60_000;
const LAST_BOOKMARK_MS = 2000;
/** Without a timeout from the client, a watch ends at random between one and two of these. */
const MIN_TIMEOUT_S = 1800;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Answers GET with `watch`: first what is there already, where asked for, then what happens. */
export function watch(engine: Engine, scope: Scope, request: ApiRequest): StreamAnswer {
  const options = readListOptions(request, scope.resource, scope.name);
  const representation = negotiate(request.headers.accept, ['Table', 'PartialObjectMetadata']);
  return {
    contentType: representation.contentType,
    start: (sink) => new Watch(engine, scope, options, representation, request, sink).run(),
  };
}

class Watch {
  readonly #engine: Engine;
  readonly #scope: Scope;
  readonly #options: ListOptions;
  readonly #representation: Representation;
  readonly #request: ApiRequest;
  readonly #sink: StreamSink;
  readonly #prefix: string;
  readonly #cleanup: (() => void)[] = [];
  #tableSent = false;
  #bookmarked = 0;
  #begun = false;
  /** What is to be sent in this order, where the first has to wait for a conversion. */
  readonly #steps: (() => void)[] = [];
  #waits = false;

  constructor(
    engine: Engine,
    scope: Scope,
    options: ListOptions,
    representation: Representation,
    request: ApiRequest,
    sink: StreamSink,
  ) {
    this.#engine = engine;
    this.#scope = scope;
    this.#options = options;
    this.#representation = representation;
    this.#request = request;
    this.#sink = sink;
    this.#prefix = scope.namespace === undefined || !scope.resource.namespaced ? '' : `${scope.namespace}/`;
  }

  /** Starts; the returned function stops. */
  run(): () => void {
    const stop = (): void => {
      for (const clean of this.#cleanup.splice(0)) clean();
    };
    if (!this.#begin()) return stop;
    this.#inOrder(() => (this.#begun = true));
    const bucket = this.#engine.store.bucket(this.#scope.resource.storage);
    this.#cleanup.push(bucket.listen((event) => this.#inOrder(() => this.#forward(event))));
    this.#scheduleEnd(stop);
    return stop;
  }

  /** Sends what lies before now: the present state, or the events since the client's revision. */
  #begin(): boolean {
    const { revision, sendInitialEvents, bookmarks } = this.#options;
    const bucket = this.#engine.store.bucket(this.#scope.resource.storage);
    if (sendInitialEvents || revision === undefined || revision === 0) {
      for (const entry of bucket.range(this.#prefix)) {
        this.#inOrder(() => {
          if (matches(this.#scope.resource, this.#options, entry)) this.#send('ADDED', entry);
        });
      }
      // Only a list of "the newest" is known to be complete; revision 0 asks for any.
      if (bookmarks && (sendInitialEvents || revision === undefined)) this.#sendBookmark(true);
      return true;
    }
    if (revision < bucket.compacted) {
      const status = expired(`too old resource version: ${revision} (${bucket.compacted + 1})`);
      this.#sink.write(`{"type":"ERROR","object":${JSON.stringify(status.body())}}\n`);
      this.#sink.end();
      return false;
    }
    for (const event of bucket.eventsAfter(revision)) this.#inOrder(() => this.#forward(event));
    return true;
  }

  /** Does a step when those before it are done: at once, unless one waits for a conversion. */
  #inOrder(step: () => void): void {
    this.#steps.push(step);
    if (!this.#waits) this.#proceed();
  }

  #proceed(): void {
    for (let step = this.#steps[0]; step; step = this.#steps[0]) {
      try {
        step();
      } catch (error) {
        if (!(error instanceof Waiting)) throw error;
        return this.#wait(error);
      }
      this.#steps.shift();
    }
  }

  #wait(waiting: Waiting): void {
    this.#waits = true;
    void waiting.settle().then(
      () => {
        this.#waits = false;
        this.#proceed();
      },
      // The client watches again, and finds out.
      () => this.#sink.end(),
    );
  }

  #forward(event: StoreEvent): void {
    if (!event.entry.key.startsWith(this.#prefix)) return;
    // A watch from the future stays silent until its revision has passed.
    const { revision } = this.#options;
    if (revision !== undefined && event.revision <= revision) return;
    const { resource } = this.#scope;
    const was = event.previous !== undefined && matches(resource, this.#options, event.previous);
    const is = event.type !== 'DELETED' && matches(resource, this.#options, event.entry);
    if (was && is) this.#send('MODIFIED', event.entry);
    else if (is) this.#send('ADDED', event.entry);
    else if (was) this.#send('DELETED', event.type === 'DELETED' ? event.entry : lastMatching(event));
  }

  #send(type: EventType, entry: Entry): void {
    const text = this.#representation.shape
      ? JSON.stringify(this.#shaped(this.#scope.resource.fromStorage(entry.object)))
      : entryText(this.#scope.resource, entry);
    const line = `{"type":"${type}","object":${text}}\n`;
    if (this.#begun) this.#sink.write(line);
    else this.#sink.writeInitial(line);
  }

  #shaped(object: KubeObject): unknown {
    const { shape } = this.#representation;
    if (shape?.kind !== 'Table') return partialMetadata(object, shape?.version);
    const table = tableFor(this.#scope.resource, [object], {
      version: shape.version,
      request: this.#request,
      now: this.#engine.clock.now(),
    });
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    // Columns are the same for all events: they come once.
    const columns = this.#tableSent ? { columnDefinitions: null } : {};
    this.#tableSent = true;
    return { ...table, ...columns, metadata };
  }

  #sendBookmark(initialEnd: boolean): void {
    const { revision } = this.#engine.store;
    this.#inOrder(() => this.#writeBookmark(revision, initialEnd));
  }

  #writeBookmark(revision: number, initialEnd: boolean): void {
    if (!initialEnd && revision === this.#bookmarked) return;
    this.#bookmarked = revision;
    const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    const { kind, apiVersion } = this.#scope.resource;
    const metadata = { resourceVersion: String(revision), ...annotations };
    const object = this.#representation.shape
      ? this.#shapedBookmark(metadata)
      : { kind, apiVersion, metadata };
    this.#sink.write(`{"type":"BOOKMARK","object":${JSON.stringify(object)}}\n`);
  }

  #shapedBookmark(metadata: Record<string, unknown>): unknown {
    const { shape } = this.#representation;
    const apiVersion = `meta.k8s.io/${shape?.version ?? 'v1'}`;
    if (shape?.kind === 'Table') {
      const { resourceVersion } = metadata;
      const row = { cells: [], object: { kind: 'PartialObjectMetadata', apiVersion, metadata } };
      return {
        kind: 'Table',
        apiVersion,
        metadata: { resourceVersion },
        columnDefinitions: null,
        rows: [row],
      };
    }
    return { kind: 'PartialObjectMetadata', apiVersion, metadata };
  }

  #scheduleEnd(stop: () => void): void {
    const { clock } = this.#engine;
    const seconds = this.#options.timeoutSeconds ?? Math.ceil(MIN_TIMEOUT_S * (1 + this.#engine.random()));
    const endMs = seconds * 1000;
    this.#cleanup.push(
      clock.setTimeout(() => {
        stop();
        this.#sink.end();
      }, endMs),
    );
    if (!this.#options.bookmarks) return;
    if (endMs > LAST_BOOKMARK_MS) {
      this.#cleanup.push(clock.setTimeout(() => this.#sendBookmark(false), endMs - LAST_BOOKMARK_MS));
    }
    this.#scheduleBookmark();
  }

  #scheduleBookmark(): void {
    const delay = BOOKMARK_MS * (0.75 + 0.25 * this.#engine.random());
    const cancel = this.#engine.clock.setTimeout(() => {
      this.#sendBookmark(false);
      this.#scheduleBookmark();
    }, delay);
    this.#cleanup.push(cancel);
  }
}

/** An object that stops matching leaves the watch as it last was, with the revision of the change. */
function lastMatching({ previous, entry }: StoreEvent): Entry {
  const last = previous as Entry;
  const metadata = { ...last.object.metadata, resourceVersion: String(entry.revision) };
  return new Entry(last.key, { ...last.object, metadata }, entry.revision);
}
