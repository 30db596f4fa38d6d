import { isEqual, type KubeObject } from '@gitops-toolkit/core';

import type { Controller, ControllerContext } from '../controllers/controller.ts';
import { deleteObject } from '../delete/delete-object.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import type { StoreEvent } from '../store/entry.ts';
import { CLEANUP_FINALIZER } from '../strategy/kinds/custom-resource-definition.ts';
import { setCondition } from './crd-conditions.ts';
import { type CrdSpec, servedVersions } from './served-versions.ts';
import type { RuleEvaluator } from './rule-evaluator.ts';

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';

/** Serves what CustomResourceDefinitions define, from their creation until their last object is gone. */
export class CrdController implements Controller {
  readonly #context: ControllerContext;
  readonly #rules: RuleEvaluator | undefined;
  readonly #served: Map<string, { readonly spec: unknown; readonly resources: readonly ServedResource[] }> =
    new Map();
  readonly #deleting: Map<string, string> = new Map();

  constructor(context: ControllerContext, rules: RuleEvaluator | undefined) {
    this.#context = context;
    this.#rules = rules;
  }

  observe(resource: string, { type, entry }: StoreEvent): void {
    const { metadata } = entry.object;
    if (resource === CRDS) {
      const name = metadata.name ?? '';
      if (type === 'DELETED') this.#withdraw(name);
      else this.#context.queue.add(`crd/${name}`, () => this.#reconcile(name));
      return;
    }
    const name = type === 'DELETED' ? this.#deleting.get(resource) : undefined;
    if (name !== undefined) this.#context.queue.add(`crd/${name}`, () => this.#reconcile(name));
  }

  #reconcile(name: string): void {
    const crd = this.#context.client.get(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      undefined,
      name,
    );
    if (!crd) return;
    if (crd.metadata.deletionTimestamp !== undefined) return this.#cleanUp(crd);
    const conflict = this.#nameConflict(crd);
    // Names that were accepted once stay, whoever comes later.
    if (conflict === undefined) this.#serve(name, crd['spec'] as CrdSpec);
    this.#context.client.updateStatus(crd, (draft) => establish(draft, conflict, this.#context.engine.now()));
  }

  /** The first name that another definition of the group has already. */
  #nameConflict(crd: KubeObject): string | undefined {
    const { group, names } = crd['spec'] as CrdSpec;
    for (const other of this.#context.engine.list(CRDS)) {
      if (other.metadata.name === crd.metadata.name) continue;
      const { spec, status } = other as unknown as {
        spec: CrdSpec;
        status?: { acceptedNames?: CrdSpec['names'] };
      };
      const taken = status?.acceptedNames;
      if (spec.group !== group || !taken?.kind) continue;
      const kinds = [taken.kind, taken.listKind];
      const words = [taken.plural, taken.singular, ...(taken.shortNames ?? [])];
      if (kinds.includes(names.kind)) return `"${names.kind}" is already in use`;
      const word = [names.plural, names.singular, ...(names.shortNames ?? [])].find((candidate) =>
        words.includes(candidate),
      );
      if (word !== undefined) return `"${word}" is already in use`;
    }
    return undefined;
  }

  #serve(name: string, spec: CrdSpec): void {
    if (isEqual(this.#served.get(name)?.spec, spec)) return;
    this.#withdraw(name);
    const resources = servedVersions(spec, this.#rules, () =>
      this.#context.engine.list(`${spec.group}/${spec.names.plural}`),
    );
    for (const resource of resources) this.#context.engine.registry.add(resource);
    this.#served.set(name, { spec, resources });
  }

  #withdraw(name: string): void {
    for (const resource of this.#served.get(name)?.resources ?? []) {
      this.#context.engine.registry.remove(resource);
      this.#deleting.delete(resource.storage);
    }
    this.#served.delete(name);
  }

  /** Deletes the objects of a definition that is being deleted, and lets it go when there are none left. */
  #cleanUp(crd: KubeObject): void {
    if (!crd.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
    const name = crd.metadata.name ?? '';
    const resource = this.#served.get(name)?.resources[0];
    if (resource && !this.#deleteObjects(resource)) {
      this.#deleting.set(resource.storage, name);
      return;
    }
    this.#context.client.update(crd, ({ metadata }) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter(
        (finalizer) => finalizer !== CLEANUP_FINALIZER,
      );
    });
  }

  /** Whether none is left. */
  #deleteObjects(resource: ServedResource): boolean {
    const { engine } = this.#context;
    for (const entry of engine.store.bucket(resource.storage).range()) {
      const { namespace, name = '' } = entry.object.metadata;
      const scope = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
      deleteObject(engine, scope, entry, { dryRun: false });
    }
    return engine.store.bucket(resource.storage).size === 0;
  }
}

/** Says in the status of a definition whether it is served. */
function establish(crd: KubeObject, conflict: string | undefined, now: string): void {
  const { names } = crd['spec'] as CrdSpec;
  const status = (crd['status'] ?? {}) as Record<string, unknown>;
  crd['status'] = status;
  if (conflict !== undefined) {
    setCondition(
      status,
      { type: 'NamesAccepted', status: 'False', reason: 'KindConflict', message: conflict },
      now,
    );
    setCondition(
      status,
      { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
      now,
    );
    return;
  }
  status['acceptedNames'] = { ...names };
  setCondition(
    status,
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    now,
  );
  setCondition(
    status,
    {
      type: 'Established',
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
    now,
  );
}
