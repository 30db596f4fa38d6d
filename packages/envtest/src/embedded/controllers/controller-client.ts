import { cloneValue, type KubeObject } from '@gitops-toolkit/core';

import { deleteObject } from '../delete/delete-object.ts';
import type { DeleteOptions } from '../delete/delete-options.ts';
import type { Engine } from '../engine.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { StatusError } from '../status-error.ts';
import { createObject } from '../write/create-object.ts';
import { bindToScope, decodeObject } from '../write/decode.ts';
import { findEntry, type Scope, versionOf } from '../write/scope.ts';
import { updateObject } from '../write/update-object.ts';

/** Changes a draft in place; `false` leaves the object as it is. */
export type Change = (draft: KubeObject) => boolean | void;

/** Writes for controllers within the server: the same pipeline as requests, without HTTP. */
export class ControllerClient {
  readonly #engine: Engine;
  readonly #manager: string;

  constructor(engine: Engine, manager: string) {
    this.#engine = engine;
    this.#manager = manager;
  }

  /** The object as it is now, which is not to be changed. */
  get(apiVersion: string, kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const scope = this.#scope(apiVersion, kind, namespace, name);
    const entry = findEntry(this.#engine, scope);
    return entry && versionOf(scope, entry);
  }

  /** Creates an object; `undefined` where its name is taken or its namespace is going away. */
  create(object: KubeObject): KubeObject | undefined {
    const { apiVersion, kind, metadata } = object;
    const scope = this.#scope(apiVersion, kind, metadata.namespace);
    const body = { value: object as unknown as Record<string, unknown>, duplicates: [] };
    const draft = decodeObject(scope.resource, body, { fieldValidation: 'Ignore', warnings: [] });
    bindToScope(draft, scope);
    try {
      return createObject(this.#engine, scope, draft, { manager: this.#manager, dryRun: false }).object;
    } catch (error) {
      if (
        error instanceof StatusError &&
        ['AlreadyExists', 'Forbidden', 'NotFound'].includes(error.reason ?? '')
      ) {
        return undefined;
      }
      throw error;
    }
  }

  /** Updates the object that is there now, if it is still the same one. */
  update(object: KubeObject, change: Change): KubeObject | undefined {
    return this.#update(object, undefined, change);
  }

  updateStatus(object: KubeObject, change: Change): KubeObject | undefined {
    return this.#update(object, 'status', change);
  }

  /** Gives a node to a Pod that has none yet. */
  bind(pod: KubeObject, node: string): KubeObject | undefined {
    return this.#update(pod, 'binding', (draft) => {
      (draft['spec'] as Record<string, unknown>)['nodeName'] ??= node;
    });
  }

  #update(object: KubeObject, subresource: string | undefined, change: Change): KubeObject | undefined {
    const { apiVersion, kind, metadata } = object;
    const scope = this.#scope(apiVersion, kind, metadata.namespace, metadata.name, subresource);
    const entry = findEntry(this.#engine, scope);
    if (!entry || entry.object.metadata.uid !== metadata.uid) return undefined;
    const draft = cloneValue(versionOf(scope, entry));
    if (change(draft) === false) return undefined;
    return updateObject(this.#engine, scope, entry, draft, { manager: this.#manager, dryRun: false }).object;
  }

  /** Deletes the object if it is still the same one. */
  delete(object: KubeObject, options: Omit<DeleteOptions, 'dryRun'> = {}): void {
    const { apiVersion, kind, metadata } = object;
    const scope = this.#scope(apiVersion, kind, metadata.namespace, metadata.name);
    const entry = findEntry(this.#engine, scope);
    if (!entry || entry.object.metadata.uid !== metadata.uid) return;
    deleteObject(this.#engine, scope, entry, { ...options, dryRun: false });
  }

  #scope(apiVersion: string, kind: string, namespace?: string, name?: string, subresource?: string): Scope {
    return {
      resource: this.#resource(apiVersion, kind),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(subresource === undefined ? {} : { subresource }),
    };
  }

  #resource(apiVersion: string, kind: string): ServedResource {
    const resource = this.#engine.registry.findKind(apiVersion, kind);
    if (!resource) throw new TypeError(`${apiVersion} ${kind} is not served`);
    return resource;
  }
}
