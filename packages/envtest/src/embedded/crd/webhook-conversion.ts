import { randomUUID } from 'node:crypto';

import { cloneValue, getOwn, type KubeObject } from '@gitops-toolkit/core';

import { callWebhook } from '../admission/call-webhook.ts';
import { Waiting } from '../admission/session.ts';
import type { ClientConfig } from '../admission/webhook-configuration.ts';
import { internalError } from '../status-error.ts';

/** The longest that the real server waits, too. */
const TIMEOUT_SECONDS = 30;
/** Drafts of requests under way; each is asked for again at once. */
const MAX_DRAFTS = 1000;

/**
 * Converts objects of a definition by its webhook.
 *
 * Whoever needs an object in another version gets it at once where it was converted before; otherwise
 * {@link Waiting} is thrown, and what needed it is begun anew once it is there.
 */
export class WebhookConversion {
  readonly #clientConfig: ClientConfig;
  readonly #stored: () => readonly KubeObject[];
  readonly #versions = new WeakMap<KubeObject, Map<string, KubeObject>>();
  readonly #drafts = new Map<string, KubeObject>();

  /** @param stored all objects of the definition, which are converted together */
  constructor(clientConfig: ClientConfig, stored: () => readonly KubeObject[]) {
    this.#clientConfig = clientConfig;
    this.#stored = stored;
  }

  /** A stored object in a version. @throws Waiting */
  fromStorage(object: KubeObject, apiVersion: string): KubeObject {
    if (object.apiVersion === apiVersion) return object;
    const known = this.#versions.get(object)?.get(apiVersion);
    if (!known) throw new Waiting(() => this.#convertStored(object, apiVersion));
    const { resourceVersion } = object.metadata;
    if (resourceVersion === undefined || known.metadata.resourceVersion === resourceVersion) return known;
    const current = { ...known, metadata: { ...known.metadata, resourceVersion } };
    this.#remember(object, current);
    return current;
  }

  /** An object as it is to be stored. @throws Waiting */
  toStorage(draft: KubeObject, apiVersion: string): KubeObject {
    if (draft.apiVersion === apiVersion) return draft;
    const key = JSON.stringify([apiVersion, draft]);
    const known = this.#drafts.get(key);
    if (!known) {
      throw new Waiting(async () => {
        const [converted] = await this.#convert([draft], apiVersion);
        if (this.#drafts.size >= MAX_DRAFTS) this.#drafts.clear();
        if (converted) this.#drafts.set(key, converted);
      });
    }
    const stored = cloneValue(known);
    // Or whoever wrote it would have to wait for what they wrote, when it is stored already.
    this.#remember(stored, draft);
    return stored;
  }

  async #convertStored(object: KubeObject, apiVersion: string): Promise<void> {
    const others = this.#stored().filter(
      (other) =>
        other !== object && other.apiVersion !== apiVersion && !this.#versions.get(other)?.has(apiVersion),
    );
    const keep = async (objects: readonly KubeObject[]): Promise<void> => {
      const converted = await this.#convert(objects, apiVersion);
      objects.forEach((each, i) => this.#remember(each, converted[i] as KubeObject));
    };
    // One that cannot be converted is not to stand in the way of the others.
    await keep([object, ...others]).catch(() => keep([object]));
  }

  #remember(object: KubeObject, converted: KubeObject): void {
    const versions = this.#versions.get(object) ?? new Map<string, KubeObject>();
    this.#versions.set(object, versions.set(converted.apiVersion, converted));
  }

  /** @throws StatusError 500, with what the webhook has against it */
  async #convert(objects: readonly KubeObject[], desiredAPIVersion: string): Promise<KubeObject[]> {
    const request = { uid: randomUUID(), desiredAPIVersion, objects };
    const review = { kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', request };
    const called = await callWebhook(this.#clientConfig, review, TIMEOUT_SECONDS);
    const [{ apiVersion, kind } = { apiVersion: '', kind: '' }] = objects;
    const fail = (why: string): Error =>
      internalError(`conversion webhook for ${apiVersion}, Kind=${kind} failed: ${why}`);
    if ('failure' in called) throw fail(called.failure.replace(/^failed to call webhook: /, ''));
    const { convertedObjects, result } = called.response as {
      convertedObjects?: KubeObject[];
      result?: { message?: string };
    };
    if (getOwn(result, 'status') !== 'Success') throw fail(result?.message ?? 'without explanation');
    if (convertedObjects?.length !== objects.length)
      throw fail(`returned ${convertedObjects?.length ?? 0} objects, expected ${objects.length}`);
    return objects.map((object, i) => withMetadataOf(object, convertedObjects[i] as KubeObject));
  }
}

/** Of metadata only labels and annotations are a webhook's to change. */
function withMetadataOf({ metadata }: KubeObject, converted: KubeObject): KubeObject {
  const { labels, annotations } = converted.metadata;
  const { labels: _labels, annotations: _annotations, ...rest } = metadata;
  const kept = { ...rest, ...(labels && { labels }), ...(annotations && { annotations }) };
  const { apiVersion, kind, metadata: _, ...fields } = converted;
  return { apiVersion, kind, metadata: kept, ...fields };
}
