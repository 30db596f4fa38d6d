import {
  type Clock,
  type KubeObject,
  type Logger,
  type ObjectRef,
  refOf,
  silentLogger,
  systemClock,
  untilAborted,
} from '@gitops-toolkit/core';
import type {
  ApplyOptions,
  CallOptions,
  DeleteCollectionOptions,
  DeleteOptions,
  GetOptions,
  Patch,
  WriteOptions,
} from './call-options.ts';
import type { CallTracer } from './call-tracer.ts';
import type { ClusterConfig, Impersonation } from './cluster-config.ts';
import { ConnectionPool, type ConnectionPoolOptions, type RawRequest } from './connection-pool.ts';
import { isNotFound } from './errors.ts';
import {
  type KubeList,
  listAccept,
  type ListOptions,
  listQuery,
  nameKind,
  pages,
  type Query,
} from './list.ts';
import { type Call, Requester } from './requester.ts';
import { confined, resourcePath } from './resource-path.ts';
import { type KindName, RestMapper, type RestMapping } from './rest-mapper.ts';
import { VERSION } from './version.ts';
import { type WatchEvent, type WatchOptions, watchEvents } from './watch.ts';

/** Options of a {@link KubeClient}, and of the pool that it makes. */
export interface KubeClientOptions extends ConnectionPoolOptions {
  /** @default 'gitops-toolkit/<version>' */
  readonly userAgent?: string;
  /** The field manager of writes that name none. @default the user agent up to its first `/` */
  readonly fieldManager?: string;
  /** What happens to unknown and duplicate fields in writes that do not say. @default the server's, `Warn` */
  readonly fieldValidation?: WriteOptions['fieldValidation'];
  /** Every write goes through admission and validation and stores nothing, whatever the call says. @default false */
  readonly dryRun?: boolean;
  /**
   * The one namespace of this client: objects and lists that name none are in it, and those that name another are
   * refused with `KUBE_NAMESPACE_REFUSED`. Kinds without namespaces, and {@link KubeClient.request}, are not concerned.
   *
   * @default any; objects that name none are in that of the configuration
   */
  readonly namespace?: string;
  /** The time for a call that names none, retries included. 0 for no limit. @default 60 000 */
  readonly timeoutMs?: number;
  /** How often a call is repeated that the server puts off with `Retry-After`, or whose connection broke. @default 5 */
  readonly maxRetries?: number;
  /** A larger answer fails. @default 256 MiB */
  readonly maxResponseBytes?: number;
  /** Gets the server's warnings, such as deprecated versions. @default the logger, each text once */
  readonly onWarning?: (text: string) => void;
  /** Puts each call into a span, such as `traceCall` of runtime's `Tracing`. @default nothing */
  readonly traceCall?: CallTracer;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Connections of another client of the same cluster; they stay that client's to close. */
  readonly pool?: ConnectionPool;
  /** What another client of the same cluster has discovered. */
  readonly mapper?: RestMapper;
  /**
   * Called right before each attempt of each request goes out, when waiting for turns and retries is over; what it
   * throws fails the call. The last word against writes of a process that is not to write any more.
   */
  readonly beforeSend?: RawRequest['beforeSend'];
}

/** A request to any path of the API server. */
export interface RequestOptions extends CallOptions {
  readonly query?: Query;
  /** A JSON value, or text that goes out as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A kind, as `list` and `watch` take it: any object of the kind will do. */
type Kind = { readonly apiVersion: string; readonly kind: string };

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/**
 * Talks to one cluster. Objects are raw JSON both ways.
 *
 * Every call throws {@link KubeError} and looks at `signal` all the time: before it begins, while
 * it waits for its turn, the server or a retry. An object without a namespace whose kind has
 * namespaces is in that of the configuration.
 *
 * @example
 * ```ts no-run
 * import { isNotFound, KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 *
 * await using client = new KubeClient(await loadKubeconfig(), { userAgent: 'portal/1.0' });
 * const settings = await client.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'settings' });
 * console.log(settings?.['data']);
 * ```
 */
export class KubeClient implements AsyncDisposable {
  /** Where the kinds of the cluster are served. Shared with clients made by {@link impersonate}. */
  readonly mapper: RestMapper;
  readonly #config: ClusterConfig;
  readonly #options: KubeClientOptions;
  readonly #pool: ConnectionPool;
  readonly #requester: Requester;
  readonly #fieldManager: string;

  constructor(config: ClusterConfig, options: KubeClientOptions = {}) {
    this.#config = config;
    this.#options = options;
    this.#pool = options.pool ?? new ConnectionPool(config, options);
    const userAgent = options.userAgent ?? `gitops-toolkit/${VERSION}`;
    this.#fieldManager = options.fieldManager ?? (userAgent.split('/')[0] || userAgent);
    const logger = options.logger ?? silentLogger;
    this.#requester = new Requester({
      pool: this.#pool,
      host: new URL(config.server).host,
      userAgent,
      impersonate: config.impersonate,
      timeoutMs: options.timeoutMs ?? 60_000,
      maxRetries: options.maxRetries ?? 5,
      maxResponseBytes: options.maxResponseBytes ?? 256 * 1024 * 1024,
      clock: options.clock ?? systemClock,
      logger,
      onWarning: options.onWarning ?? logOnce(logger),
      traceCall: options.traceCall,
      onUnserved: (kind) => this.mapper.forget(kind),
      beforeSend: options.beforeSend,
    });
    const ask = (path: string, accept = 'application/json') =>
      this.#requester.call({ method: 'GET', path, accept });
    this.mapper = options.mapper ?? new RestMapper(ask, options.clock ? { clock: options.clock } : {});
  }

  /** Reads an object; {@link isNotFound} where there is none. */
  get<T extends KubeObject>(ref: ObjectRef, options: GetOptions = {}): Promise<T> {
    return this.#object<T>('GET', ref, undefined, options);
  }

  /** Reads an object; `undefined` where there is none. A kind that the cluster does not know still throws. */
  async find<T extends KubeObject>(ref: ObjectRef, options: GetOptions = {}): Promise<T | undefined> {
    try {
      return await this.get<T>(ref, options);
    } catch (error) {
      if (isNotFound(error) && error.code === 'KUBE_STATUS') return undefined;
      throw error;
    }
  }

  /** One request: everything, or a page where `limit` is set. */
  async list<T extends KubeObject>(kind: Kind, options: ListOptions = {}): Promise<KubeList<T>> {
    const mapping = await this.#mapping(kind, options.signal);
    const list = await this.#requester.call<KubeList<T>>({
      method: 'GET',
      path: resourcePath(mapping, { namespace: this.#within(mapping, options.namespace) }),
      query: listQuery(options),
      accept: listAccept('PartialObjectMetadataList', options.metadataOnly),
      kind,
      ...callOptions(options),
    });
    return namedItems(list, kind);
  }

  /** The pages of a list. {@link isGone} is thrown where a token expires between two: begin again. */
  listPages<T extends KubeObject>(kind: Kind, options: ListOptions = {}): AsyncIterable<KubeList<T>> {
    return pages((page) => this.list<T>(kind, page), options);
  }

  /** The objects of a list, page by page as they are consumed. */
  async *listAll<T extends KubeObject>(
    kind: Kind,
    options: ListOptions = {},
  ): AsyncGenerator<T, void, undefined> {
    for await (const page of this.listPages<T>(kind, options)) yield* page.items;
  }

  /**
   * Creates an object; {@link isAlreadyExists} where one of its name exists. One without a name
   * and with `generateName` gets one.
   */
  async create<T extends KubeObject>(object: T, options: WriteOptions = {}): Promise<T> {
    const mapping = await this.#mapping(object, options.signal);
    const namespace = this.#within(mapping, object.metadata.namespace) ?? this.#namespace;
    const { subresource } = options;
    // A subresource such as pods/eviction belongs to an object; anything else to the collection.
    const name = subresource === undefined ? undefined : object.metadata.name;
    return this.#write('POST', resourcePath(mapping, { namespace, name, subresource }), object, {
      ...options,
      object: refOf(object),
    });
  }

  /** Replaces an object; {@link isConflict} where its `resourceVersion` is not the current one. */
  async update<T extends KubeObject>(object: T, options: WriteOptions = {}): Promise<T> {
    const ref = refOf(object);
    const path = await this.#path(ref, options);
    return this.#write('PUT', path, object, { ...options, object: ref });
  }

  /** Changes an object by a patch. */
  async patch<T extends KubeObject>(ref: ObjectRef, patch: Patch, options: WriteOptions = {}): Promise<T> {
    const path = await this.#path(ref, options);
    return this.#write('PATCH', path, patch.body, {
      ...options,
      object: ref,
      contentType: PATCH_TYPES[patch.type],
    });
  }

  /**
   * Server-side apply: creates the object or makes the fields that it names so, and gives up those
   * that this manager named before. {@link isConflict} where another manager owns one, unless `force`.
   */
  async apply<T extends KubeObject>(object: T, options: ApplyOptions): Promise<T> {
    const ref = refOf(object);
    const path = await this.#path(ref, options);
    return this.#write('PATCH', path, object, {
      ...options,
      object: ref,
      contentType: 'application/apply-patch+yaml',
      query: { force: options.force },
      isIdempotent: true,
    });
  }

  /**
   * Deletes an object; {@link isNotFound} where there is none. Gives the object, where finalizers
   * or a grace period keep it for now, or a `Status`.
   */
  delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<KubeObject> {
    return this.#object('DELETE', ref, this.#deleteBody(options), options);
  }

  /**
   * Deletes the objects of a kind in a namespace, or those that selectors name, in one request; gives them, as they
   * were or as finalizers keep them. One that is made meanwhile may stay.
   */
  async deleteCollection<T extends KubeObject>(
    kind: Kind,
    options: DeleteCollectionOptions = {},
  ): Promise<KubeList<T>> {
    const mapping = await this.#mapping(kind, options.signal);
    const { labelSelector, fieldSelector } = options;
    const namespace = this.#within(mapping, options.namespace) ?? this.#namespace;
    const list = await this.#requester.call<KubeList<T>>({
      method: 'DELETE',
      path: resourcePath(mapping, { namespace }),
      query: { labelSelector, fieldSelector },
      body: this.#deleteBody(options),
      kind,
      ...callOptions(options),
    });
    return namedItems(list, kind);
  }

  /**
   * Changes of the objects of a kind, bookmarks included, until the server ends the watch: then the
   * iteration ends too, and the caller watches again from the last version. One request; nothing
   * is repeated here.
   *
   * Throws {@link isGone} when the version is too old (list again), `KUBE_WATCH_STALLED` when the
   * connection is silent for too long, `KUBE_NETWORK` when it breaks.
   */
  async *watch<T extends KubeObject>(
    kind: Kind,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const mapping = await this.#mapping(kind, options.signal);
    const path = resourcePath(mapping, { namespace: this.#within(mapping, options.namespace) });
    yield* watchEvents<T>(this.#requester, { path, kind }, options);
  }

  /** Any request below the server's address. Answers that are not JSON come as text. */
  request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const { query, body, headers } = options;
    const contentType = headers?.['content-type'];
    return this.#requester.call<T>({
      method,
      path,
      query,
      headers,
      body,
      ...(contentType !== undefined && { contentType }),
      ...callOptions(options),
    });
  }

  /**
   * A client that acts as someone else, over the same connections. What it may do is what they may
   * do; what kinds there are it knows from this one.
   */
  impersonate(as: Impersonation): KubeClient {
    const { mapper } = this;
    return new KubeClient(
      { ...this.#config, impersonate: as },
      { ...this.#options, pool: this.#pool, mapper },
    );
  }

  /**
   * A client with other defaults, over the same connections: another field manager, strict validation of fields, dry
   * runs only, or one namespace only.
   *
   * @example
   * ```ts no-run
   * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
   *
   * await using client = new KubeClient(await loadKubeconfig());
   * const careful = client.with({ namespace: 'team', fieldManager: 'portal', fieldValidation: 'Strict', dryRun: true });
   * await careful.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
   * ```
   */
  with(
    defaults: Pick<KubeClientOptions, 'dryRun' | 'fieldManager' | 'fieldValidation' | 'namespace'>,
  ): KubeClient {
    const { mapper } = this;
    return new KubeClient(this.#config, { ...this.#options, ...defaults, pool: this.#pool, mapper });
  }

  /** The same client over the same connections, whose requests a function may stop: {@link KubeClientOptions.beforeSend}. */
  guarded(beforeSend: NonNullable<KubeClientOptions['beforeSend']>): KubeClient {
    const { mapper } = this;
    return new KubeClient(this.#config, { ...this.#options, pool: this.#pool, mapper, beforeSend });
  }

  /** Where a kind is served; `KUBE_NO_MATCH` where it is not. */
  mapping(kind: KindName): Promise<RestMapping> {
    return this.mapper.mapping(kind);
  }

  /** Closes the connections that this client made; calls in flight fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#options.pool) await this.#pool[Symbol.asyncDispose]();
  }

  get #namespace(): string {
    return this.#options.namespace ?? this.#config.namespace ?? 'default';
  }

  /** The namespace of a request by this client, which may be confined to one. */
  #within(mapping: RestMapping, namespace: string | undefined): string | undefined {
    return mapping.namespaced ? confined(namespace, this.#options.namespace) : namespace;
  }

  #deleteBody(options: DeleteOptions): Record<string, unknown> {
    const { propagationPolicy, gracePeriodSeconds, preconditions, dryRun } = options;
    return {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy,
      gracePeriodSeconds,
      preconditions,
      dryRun: dryRun || this.#options.dryRun ? ['All'] : undefined,
    };
  }

  /** Discovery serves all callers: one that goes away leaves it running for the others. */
  #mapping(kind: KindName, signal: AbortSignal | undefined): Promise<RestMapping> {
    return untilAborted(this.mapper.mapping(kind), signal);
  }

  async #path(ref: ObjectRef, options: CallOptions & { readonly subresource?: string }): Promise<string> {
    const mapping = await this.#mapping(ref, options.signal);
    const namespace = this.#within(mapping, ref.namespace) ?? this.#namespace;
    const { subresource } = options;
    return resourcePath(mapping, { namespace, name: ref.name, subresource });
  }

  async #object<T>(method: string, ref: ObjectRef, body: unknown, options: GetOptions): Promise<T> {
    const path = await this.#path(ref, options);
    return this.#requester.call<T>({ method, path, body, object: ref, ...callOptions(options) });
  }

  #write<T extends KubeObject>(
    method: string,
    path: string,
    body: unknown,
    options: WriteOptions & Pick<Call, 'contentType' | 'isIdempotent' | 'query'> & { object: ObjectRef },
  ): Promise<T> {
    const {
      fieldManager = this.#fieldManager,
      dryRun,
      fieldValidation = this.#options.fieldValidation,
      query,
      contentType,
      isIdempotent,
      object,
    } = options;
    return this.#requester.call<T>({
      method,
      path,
      query: {
        fieldManager,
        dryRun: dryRun || this.#options.dryRun ? 'All' : undefined,
        fieldValidation,
        ...query,
      },
      body,
      object,
      ...(contentType !== undefined && { contentType }),
      ...(isIdempotent !== undefined && { isIdempotent }),
      ...callOptions(options),
    });
  }
}

function callOptions({ signal, timeoutMs }: CallOptions): CallOptions {
  return { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
}

function namedItems<T extends KubeObject>(list: KubeList<T>, kind: Kind): KubeList<T> {
  // Go writes an empty list that it never filled as null.
  list.items ??= [];
  for (const item of list.items) nameKind(item, kind);
  return list;
}

/** Deprecation warnings come with every answer; one line of each is enough. */
function logOnce(logger: Logger): (text: string) => void {
  const seen = new Set<string>();
  return (warning) => {
    if (seen.has(warning) || seen.size >= 1000) return;
    seen.add(warning);
    logger.info('warning from the API server', { warning });
  };
}
