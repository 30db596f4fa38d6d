import { cloneValue, isEqual, type KubeObject, type ObjectRef, refKey, refOf } from '@gitops-toolkit/core';
import { KubeError, type KubeClient, type WatchEvent } from '@gitops-toolkit/kube';
import { applyMergePatch } from '@gitops-toolkit/patch';

import type { ResourceKind } from '../resource-kind.ts';
import type { ListRequest, ListWatch, WatchRequest, WatchSource } from '../watch/list-watch.ts';
import type { WatchSelection } from '../watch/selection.ts';
import { statusError } from './scripted-list-watch.ts';

interface Watcher {
  readonly kind: ResourceKind;
  readonly selection: WatchSelection;
  readonly push: (event: WatchEvent) => void;
}

/** As much of an API server as unit tests need: versions, generations, conflicts, finalizers, watches. */
export class MemoryCluster implements WatchSource {
  readonly objects: Map<string, KubeObject> = new Map();
  readonly watchers: Set<Watcher> = new Set();
  /** Every request that changed or read an object, as `patch status ConfigMap/apps/web`. */
  readonly requests: string[] = [];
  /** What the events of a kind wait for on their way to watches. */
  slowness: (kind: string) => Promise<void> | undefined = () => undefined;
  /** Called before each request; what it throws is the answer. */
  onRequest: (request: string) => void = () => {};
  #version = 100;
  #compactedAt = 100;
  #history: { readonly version: number; readonly type: WatchEvent['type']; readonly object: KubeObject }[] =
    [];

  /** Stands for a `KubeClient`: the methods that the runtime uses of one. */
  readonly client: KubeClient = {
    find: async (ref: ObjectRef) =>
      this.#request('get', ref, () => cloneValue(this.objects.get(refKey(ref)))),
    get: async (ref: ObjectRef) => this.#request('get', ref, () => cloneValue(this.#find(ref))),
    create: async (object: KubeObject) => this.#request('create', refOf(object), () => this.create(object)),
    update: async (object: KubeObject) =>
      this.#request('update', refOf(object), () => {
        this.#checkVersion(this.#find(refOf(object)), object);
        return this.put(object);
      }),
    delete: async (ref: ObjectRef) =>
      this.#request('delete', ref, () => {
        const { uid } = this.#find(ref).metadata;
        this.delete(ref);
        return { apiVersion: 'v1', kind: 'Status', metadata: {}, details: { uid } };
      }),
    deleteCollection: async ({ apiVersion, kind }: KubeObject, { namespace }: { namespace: string }) => {
      const isMeant = (each: KubeObject): boolean =>
        each.apiVersion === apiVersion && each.kind === kind && each.metadata.namespace === namespace;
      const items = [...this.objects.values()].filter(isMeant).map((each) => cloneValue(each));
      for (const item of items) await this.client.delete(refOf(item));
      return { apiVersion, kind: `${kind}List`, metadata: {}, items };
    },
    with: () => this.client,
    guarded: () => this.client,
    patch: async (ref: ObjectRef, patch: { body: unknown }, options: { subresource?: string } = {}) => {
      const what = options.subresource ? `patch ${options.subresource}` : 'patch';
      return this.#request(what, ref, () => this.#patch(ref, patch.body as KubeObject, options.subresource));
    },
  } as unknown as KubeClient;

  get version(): string {
    return String(this.#version);
  }

  /** Forgets what happened so far: watches from before it expire. */
  compact(): void {
    this.#history = [];
    this.#compactedAt = this.#version;
  }

  /** Tells every watch that it has seen everything up to now. */
  bookmark(): void {
    for (const { kind, push } of this.watchers) {
      const { apiVersion, kind: name } = kind;
      const metadata = { resourceVersion: this.version };
      push({ type: 'BOOKMARK', object: { apiVersion, kind: name, metadata } });
    }
  }

  create(object: KubeObject): KubeObject {
    if (this.objects.has(refKey(refOf(object)))) throw statusError(409, 'AlreadyExists');
    return this.put(object);
  }

  /** Stores an object as a client's write would leave it. */
  put(object: KubeObject): KubeObject {
    const old = this.objects.get(refKey(refOf(object)));
    const stored = cloneValue(object);
    const sameSpec = old !== undefined && isEqual(old['spec'], stored['spec']);
    stored.metadata.uid = old?.metadata.uid ?? `uid-${this.#version + 1}`;
    stored.metadata.generation = (old?.metadata.generation ?? 0) + (sameSpec ? 0 : 1);
    stored.metadata.resourceVersion = String(++this.#version);
    if (stored.metadata.deletionTimestamp !== undefined && (stored.metadata.finalizers ?? []).length === 0) {
      return this.#remove(stored);
    }
    this.objects.set(refKey(refOf(stored)), stored);
    this.#tell(old ? 'MODIFIED' : 'ADDED', stored, old);
    return cloneValue(stored);
  }

  /** Deletes an object, or marks it as being deleted where a finalizer keeps it. */
  delete(ref: ObjectRef): void {
    const object = cloneValue(this.#find(ref));
    object.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    this.put(object);
  }

  isNamespaced(): Promise<boolean> {
    return Promise.resolve(true);
  }

  listWatch<T extends KubeObject>(kind: ResourceKind<T>, selection: WatchSelection): ListWatch<T> {
    return {
      list: async (request) => this.#list(kind as ResourceKind, selection, request) as never,
      watch: (request) => this.#watch(kind as ResourceKind, selection, request) as never,
    };
  }

  #list(kind: ResourceKind, selection: WatchSelection, _request: ListRequest): unknown {
    const items = this.#select(kind, selection);
    return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: this.version }, items };
  }

  async *#watch(
    kind: ResourceKind,
    selection: WatchSelection,
    request: WatchRequest,
  ): AsyncGenerator<WatchEvent> {
    const pending: WatchEvent[] = [];
    let wake = (): void => {};
    const watcher = {
      kind,
      selection,
      push: (event: WatchEvent) => {
        pending.push(event);
        wake();
      },
    };
    if (request.sendInitialEvents) {
      for (const object of this.#select(kind, selection)) pending.push({ type: 'ADDED', object });
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = { resourceVersion: this.version, annotations };
      pending.push({ type: 'BOOKMARK', object: { apiVersion: kind.apiVersion, kind: kind.kind, metadata } });
    }
    if (request.resourceVersion !== undefined)
      pending.push(...this.#since(kind, selection, request.resourceVersion));
    this.watchers.add(watcher);
    try {
      while (!request.signal.aborted) {
        for (const event of pending.splice(0)) {
          await this.slowness(event.object.kind);
          yield event;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          request.signal.addEventListener('abort', () => resolve(), { once: true });
          if (pending.length > 0 || request.signal.aborted) resolve();
        });
      }
    } finally {
      this.watchers.delete(watcher);
    }
  }

  #select(kind: ResourceKind, selection: WatchSelection): KubeObject[] {
    return [...this.objects.values()].filter((object) => matches(object, kind, selection)).map(cloneValue);
  }

  #since(kind: ResourceKind, selection: WatchSelection, resourceVersion: string): WatchEvent[] {
    const version = Number(resourceVersion);
    if (version < this.#compactedAt) throw statusError(410, 'Expired', 'too old resource version');
    return this.#history
      .filter((event) => event.version > version && matches(event.object, kind, selection))
      .map(({ type, object }) => ({ type, object: cloneValue(object) }));
  }

  /** An object that leaves what is watched is gone for that watch, and one that comes into it is new. */
  #tell(type: WatchEvent['type'], object: KubeObject, old: KubeObject = object): void {
    this.#history.push({ version: this.#version, type, object: cloneValue(object) });
    for (const watcher of this.watchers) {
      const [was, is] = [old, object].map((each) => matches(each, watcher.kind, watcher.selection));
      if (is) watcher.push({ type: was ? type : 'ADDED', object: cloneValue(object) });
      else if (was) watcher.push({ type: 'DELETED', object: cloneValue(object) });
    }
  }

  #remove(object: KubeObject): KubeObject {
    this.objects.delete(refKey(refOf(object)));
    this.#tell('DELETED', object);
    return object;
  }

  #patch(ref: ObjectRef, body: KubeObject, subresource: string | undefined): KubeObject {
    const live = this.#find(ref);
    if (body.metadata?.resourceVersion !== undefined) this.#checkVersion(live, body);
    const patched = applyMergePatch(live, body) as KubeObject;
    // Writes to the object leave its status alone, and the other way round.
    return this.put(
      subresource === 'status'
        ? { ...live, status: patched['status'] }
        : { ...patched, status: live['status'] },
    );
  }

  #checkVersion(live: KubeObject, written: KubeObject): void {
    const { resourceVersion } = written.metadata;
    if (resourceVersion !== live.metadata.resourceVersion) {
      throw statusError(
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version',
      );
    }
  }

  #find(ref: ObjectRef): KubeObject {
    const object = this.objects.get(refKey(ref));
    if (!object)
      throw new KubeError('KUBE_STATUS', `${ref.name} not found`, { status: 404, reason: 'NotFound' });
    return object;
  }

  async #request<R>(what: string, ref: ObjectRef, answer: () => R): Promise<R> {
    const { kind, namespace, name } = ref;
    const request = `${what} ${kind}/${namespace ?? ''}/${name}`;
    this.requests.push(request);
    await Promise.resolve();
    this.onRequest(request);
    return answer();
  }
}

function matches(
  object: KubeObject,
  kind: ResourceKind,
  { namespace, labelSelector }: WatchSelection,
): boolean {
  if (object.kind !== kind.kind || object.apiVersion !== kind.apiVersion) return false;
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  const [label, value] = labelSelector?.split('=') ?? [];
  return label === undefined || object.metadata.labels?.[label] === value;
}
