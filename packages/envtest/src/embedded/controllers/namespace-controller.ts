import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import { deleteObject } from '../delete/delete-object.ts';
import type { StoreEvent } from '../store/entry.ts';
import type { Controller, ControllerContext } from './controller.ts';

const NAMESPACES = '/namespaces';

/**
 * Fills new namespaces with the default ServiceAccount and the cluster's certificate, and empties those
 * that are being deleted.
 */
export class NamespaceController implements Controller {
  readonly #context: ControllerContext;
  readonly #certificate: string;
  readonly #terminating: Set<string> = new Set();

  /** @param certificate the authority that clients in the cluster trust, in PEM; may be empty */
  constructor(context: ControllerContext, certificate: string) {
    this.#context = context;
    this.#certificate = certificate;
  }

  observe(resource: string, { type, entry }: StoreEvent): void {
    const { metadata } = entry.object;
    if (resource === NAMESPACES) {
      const name = metadata.name ?? '';
      if (type === 'DELETED') this.#terminating.delete(name);
      else if (metadata.deletionTimestamp !== undefined) this.#enqueueEmptying(name);
      else if (type === 'ADDED') this.#enqueueFilling(name);
      return;
    }
    const { namespace } = metadata;
    if (type !== 'DELETED' || namespace === undefined) return;
    if (this.#terminating.has(namespace)) this.#enqueueEmptying(namespace);
    else if (isDefault(resource, metadata.name)) this.#enqueueFilling(namespace);
  }

  #enqueueFilling(name: string): void {
    this.#context.queue.add(`namespace/fill/${name}`, () => this.#fill(name));
  }

  #fill(namespace: string): void {
    const { client } = this.#context;
    if (!client.get('v1', 'Namespace', undefined, namespace)) return;
    client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace,
        annotations: { 'kubernetes.io/description': 'Certificates to check the API server with.' },
      },
      data: { 'ca.crt': this.#certificate },
    });
  }

  #enqueueEmptying(name: string): void {
    this.#terminating.add(name);
    this.#context.queue.add(`namespace/empty/${name}`, () => this.#empty(name));
  }

  #empty(name: string): void {
    const { client, engine } = this.#context;
    const namespace = client.get('v1', 'Namespace', undefined, name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const isEmpty = this.#deleteContent(name);
    if (isEmpty && ownFinalizers(namespace).length > 0) {
      const last = { ...namespace, spec: {} };
      if ((namespace.metadata.finalizers ?? []).length > 0) engine.store.put(NAMESPACES, name, last);
      else engine.store.delete(NAMESPACES, name, last);
    }
  }

  /** Deletes what is in a namespace; whether nothing is left. */
  #deleteContent(namespace: string): boolean {
    const { engine } = this.#context;
    let left = 0;
    const seen = new Set<string>();
    for (const resource of engine.registry.all()) {
      if (!resource.namespaced || seen.has(resource.storage)) continue;
      seen.add(resource.storage);
      for (const entry of engine.store.bucket(resource.storage).range(`${namespace}/`)) {
        const scope = { resource, namespace, name: entry.object.metadata.name ?? '' };
        const options = { dryRun: false, propagation: 'Background', gracePeriodSeconds: 0 } as const;
        if (!deleteObject(engine, scope, entry, options).gone) left++;
      }
    }
    return left === 0;
  }
}

const isDefault = (resource: string, name: string | undefined): boolean =>
  (resource === '/serviceaccounts' && name === 'default') ||
  (resource === '/configmaps' && name === 'kube-root-ca.crt');

function ownFinalizers(namespace: KubeObject): unknown[] {
  const finalizers = getOwn(namespace['spec'], 'finalizers');
  return Array.isArray(finalizers) ? finalizers : [];
}
