import { type Clock, cloneValue, getOwn, isRecord, type KubeObject, refOf } from '@gitops-toolkit/core';
import { isNotFound } from '@gitops-toolkit/kube';
import { createMergePatch } from '@gitops-toolkit/patch';

import { conditionsOf, replaceConditions } from '../conditions/condition.ts';
import { ConditionsPatch } from '../conditions/three-way.ts';
import { changedFinalizers } from './finalizer.ts';
import { type PatchClient, retryOnConflict } from './retry-on-conflict.ts';

/** How a {@link SerialPatcher} writes. */
export interface SerialPatcherOptions {
  readonly client: PatchClient;
  /** Under whose name `managedFields` lists the changes. */
  readonly fieldManager: string;
  /** Condition types of which this controller alone speaks: they are written whatever others wrote. */
  readonly ownedConditions?: readonly string[];
  /** Called with each object as the API server answered: `context.wrote` belongs here. */
  readonly onWritten?: (object: KubeObject) => void;
  readonly clock?: Clock;
}

type Values = Record<string, unknown>;

/**
 * Writes what a run changes on its object: as often as it likes, each time only what is new since
 * the last.
 *
 * The status goes first, to the status subresource; then metadata and spec. Only changed fields are
 * sent. Conditions that somebody else wrote meanwhile stay, unless the type is owned; other fields
 * are not guarded: the last writer wins, as in every controller of Flux.
 *
 * @example
 * ```ts no-run
 * import { conditions, controller, kindOf, SerialPatcher } from '@gitops-toolkit/runtime';
 *
 * export const checked = controller(kindOf('example.com/v1', 'Site'), async (site, context) => {
 *   const patcher = new SerialPatcher(site, {
 *     client: context.client,
 *     fieldManager: 'site-checker',
 *     ownedConditions: ['Ready', 'Reconciling'],
 *     onWritten: context.wrote,
 *   });
 *   conditions.markReconciling(site, 'Progressing', 'looking');
 *   await patcher.patch(site);
 *   conditions.delete(site, 'Reconciling');
 *   conditions.markTrue(site, 'Ready', 'Succeeded', 'it answers');
 *   await patcher.patch(site);
 * });
 * ```
 */
export class SerialPatcher<T extends KubeObject> {
  readonly #options: SerialPatcherOptions;
  #before: T;
  #last: Promise<unknown> = Promise.resolve();

  /** @param object as it was read; a copy is kept */
  constructor(object: T, options: SerialPatcherOptions) {
    this.#before = cloneValue(object);
    this.#options = options;
  }

  /**
   * Writes what changed since the last call, and brings version and conditions of the object up to date;
   * its generation, where this write made a new one. An object that is being deleted and is gone meanwhile is fine.
   *
   * Calls wait for each other. The object may change while it is written: the next call writes that.
   *
   * @param options.signal ends waiting and requests
   * @throws KubeError; RuntimeError RUNTIME_PATCH_CONFLICT where others write all the time, or gave a
   * condition that is not owned another meaning
   */
  patch(object: T, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const turn = this.#last.then(() => this.#patch(object, options.signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #patch(object: T, signal: AbortSignal | undefined): Promise<void> {
    const sent = cloneValue(object);
    try {
      await this.#patchStatus(object, sent, signal);
      await this.#patchRest(object, sent, signal);
    } catch (error) {
      if (!isNotFound(error) || object.metadata.deletionTimestamp === undefined) throw error;
    }
    this.#before = sent;
  }

  async #patchStatus(object: T, sent: T, signal: AbortSignal | undefined): Promise<void> {
    const before = this.#before;
    const { ownedConditions } = this.#options;
    const conditions = new ConditionsPatch(before, sent);
    const fields = createMergePatch(statusFields(before), statusFields(sent)) as Values;
    if (conditions.isEmpty && Object.keys(fields).length === 0) return;
    const written = await this.#write(
      (base) => {
        if (conditions.isEmpty) return { status: fields };
        conditions.apply(base, ownedConditions);
        // The list is replaced as a whole: the version makes sure that nobody else's entry gets lost.
        const { resourceVersion } = base.metadata;
        return { metadata: { resourceVersion }, status: { ...fields, conditions: conditionsOf(base) } };
      },
      signal,
      'status',
    );
    if (!conditions.isEmpty) {
      const meanwhile = new ConditionsPatch(sent, object);
      replaceConditions(sent, conditionsOf(written));
      const latest = cloneValue(sent);
      meanwhile.apply(latest, ownedConditions);
      replaceConditions(object, conditionsOf(latest));
    }
    this.#adopt([object, sent], written);
  }

  async #patchRest(object: T, sent: T, signal: AbortSignal | undefined): Promise<void> {
    const before = this.#before;
    const rest = createMergePatch(restFields(before), restFields(sent)) as Values;
    const finalizers = finalizerChange(before, sent);
    if (Object.keys(rest).length === 0 && !finalizers) return;
    const atHand = { ...before, metadata: { ...before.metadata, ...versionOf(sent) } };
    const written = await this.#write(
      (base) => {
        if (!finalizers) return rest;
        const { resourceVersion } = base.metadata;
        const metadata = { resourceVersion, finalizers: changedFinalizers(base, finalizers) };
        return { ...rest, metadata: { ...(rest['metadata'] as Values | undefined), ...metadata } };
      },
      signal,
      undefined,
      atHand,
    );
    if (finalizers) {
      object.metadata.finalizers = changedFinalizers(written, finalizerChange(sent, object) ?? {});
      sent.metadata.finalizers = written.metadata.finalizers ?? [];
    }
    const { metadata: _metadata, ...spec } = rest;
    const changesSpec = Object.keys(spec).length > 0;
    this.#adopt([object, sent], written, {
      ...versionOf(written),
      ...(changesSpec && generationOf(before, written)),
    });
  }

  #write(
    bodyFor: (base: T) => Values,
    signal: AbortSignal | undefined,
    subresource?: string,
    atHand: T = this.#before,
  ): Promise<T> {
    const { client, clock, fieldManager } = this.#options;
    const call = { fieldManager, ...(signal && { signal }), ...(subresource && { subresource }) };
    const write = (base: T): Promise<T> =>
      client.patch<T>(refOf(atHand), { type: 'merge', body: bodyFor(base) }, call);
    return retryOnConflict(atHand, write, { client, ...(clock && { clock }), ...(signal && { signal }) });
  }

  #adopt(
    copies: readonly T[],
    written: T,
    fields: Partial<KubeObject['metadata']> = versionOf(written),
  ): void {
    for (const { metadata } of copies) Object.assign(metadata, fields);
    this.#options.onWritten?.(written);
  }
}

function versionOf({ metadata }: KubeObject): { resourceVersion?: string } {
  const { resourceVersion } = metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

/**
 * The generation that a write of ours made. Whatever else the API server answers may be of a spec that somebody
 * changed meanwhile, of which this run knows nothing: it must not say that it has seen it.
 */
function generationOf(
  { metadata: before }: KubeObject,
  { metadata: after }: KubeObject,
): { generation?: number } {
  const { generation } = after;
  return generation !== undefined && generation === (before.generation ?? 0) + 1 ? { generation } : {};
}

/** The status without its conditions, which have rules of their own. */
function statusFields(object: KubeObject): Values {
  const status = object['status'];
  if (!isRecord(status)) return {};
  const { conditions: _conditions, ...fields } = status;
  return defined(fields);
}

/** What may be changed beside the status: of metadata, labels, annotations and owners. */
function restFields(object: KubeObject): Values {
  const { status: _status, apiVersion: _apiVersion, kind: _kind, metadata, ...fields } = object;
  const { labels = {}, annotations = {}, ownerReferences = [] } = metadata;
  return defined({ ...fields, metadata: { labels, annotations, ownerReferences } });
}

/** JSON knows no `undefined`: a field that is set to it is to be removed. */
function defined(values: Values): Values {
  const result: Values = {};
  for (const key of Object.keys(values)) {
    const value = getOwn(values, key);
    if (value !== undefined) result[key] = isRecord(value) ? defined(value) : value;
  }
  return result;
}

function finalizerChange(
  before: KubeObject,
  after: KubeObject,
): { add: string[]; remove: string[] } | undefined {
  const [old, now] = [before.metadata.finalizers ?? [], after.metadata.finalizers ?? []];
  const add = now.filter((finalizer) => !old.includes(finalizer));
  const remove = old.filter((finalizer) => !now.includes(finalizer));
  return add.length + remove.length > 0 ? { add, remove } : undefined;
}
