import { type KubeObject, refOf } from '@gitops-toolkit/core';
import { isNotFound } from '@gitops-toolkit/kube';

import { controller } from '../controller/builder.ts';
import type { ReconcileContext } from '../controller/reconciler.ts';
import { requeueAfter, type Result } from '../controller/result.ts';
import type { ControllerDescription } from '../manager/manager-options.ts';
import type { ObjectKey } from '../object-key.ts';
import { type ResourceKind, kindOf } from '../resource-kind.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from '../status/finalizer.ts';
import type { RunWatch } from './run-watch.ts';
import type { Random } from './seeded-random.ts';

/** An object with text under names. */
export type DataObject = KubeObject & { data?: Record<string, string>; stringData?: Record<string, string> };

export const Source: ResourceKind<DataObject> = kindOf<DataObject>('v1', 'ConfigMap');
export const Copy: ResourceKind<DataObject> = kindOf<DataObject>('v1', 'Secret');
export const Record: ResourceKind = kindOf('v1', 'ServiceAccount');
export const Summary: ResourceKind = kindOf('rbac.authorization.k8s.io/v1', 'Role');

export const NAMESPACE = 'apps';
export const FINALIZER = 'simulation.example.com/record';
export const OBSERVED = 'simulation.example.com/observed';
export const SOURCES = { labelSelector: 'role=source' };
export const COPIES = { labelSelector: 'role=copy' };
export const RECORDS = { labelSelector: 'role=record' };
const fieldManager = 'simulation';

/** The value of a copy as text. */
export function copiedValue(copy: DataObject | undefined): string | undefined {
  const value = copy?.data?.['value'];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
}

/**
 * The controllers of a replica. One gives every source a copy that it owns and a record that it does not, and writes back
 * what it has observed; a finalizer sees to the record. The other keeps a summary of all copies.
 */
export function simulatedControllers(runs: RunWatch, random: Random): ControllerDescription[] {
  const retries = { minDelayMs: 200, maxDelayMs: 20_000 };
  const record = { deleted: forgetRecord, reconcile: copySource(random.next) };
  const copier = controller(Source, runs.watched('copier', record))
    .named('copier')
    .selecting(SOURCES)
    .owns(Copy, COPIES)
    .watches(Record, (each) => [{ namespace: NAMESPACE, name: each.metadata.name ?? '' }], RECORDS)
    .concurrency(3)
    .retries(retries)
    .timeout(30_000);
  const summarizer = controller(Summary, runs.watched('summarizer', { reconcile: summarize }))
    .named('summarizer')
    .watches(Copy, () => [{ namespace: NAMESPACE, name: 'summary' }], COPIES)
    .retries(retries);
  return [copier, summarizer];
}

const copySource =
  (random: () => number) =>
  async (source: DataObject, context: ReconcileContext): Promise<Result | void> => {
    const { client, clock, signal } = context;
    const options = { clock, signal, random, fieldManager };
    if (source.metadata.deletionTimestamp !== undefined) {
      if (!hasFinalizer(source, FINALIZER)) return;
      await forgetRecord(context);
      await removeFinalizer(client, source, FINALIZER, options);
      return;
    }
    await addFinalizer(client, source, FINALIZER, options);
    const hasWritten = [await keepCopy(source, context), await keepRecord(source, context)].includes(true);
    await keepObserved(source, context);
    // Of what is made and removed again while a watch stalls nobody is told: a key is done when the cache has what it wrote.
    return hasWritten ? requeueAfter(5000) : undefined;
  };

async function keepObserved(source: DataObject, { client, signal }: ReconcileContext): Promise<void> {
  const value = source.data?.['value'] ?? '';
  if (source.metadata.annotations?.[OBSERVED] === value) return;
  const { resourceVersion } = source.metadata;
  const body = { metadata: { resourceVersion, annotations: { [OBSERVED]: value } } };
  await client.patch(refOf(source), { type: 'merge', body }, { signal, fieldManager });
}

/** @returns whether there was something to write */
async function keepCopy(source: DataObject, { cache, client, signal }: ReconcileContext): Promise<boolean> {
  const { name = '', uid = '' } = source.metadata;
  const copy = cache.get(Copy, keyIn(name));
  const isForeign = copy?.metadata.ownerReferences?.some((owner) => owner.uid !== uid) ?? false;
  if (copy && isForeign) {
    // The copy of a source that is no more: it goes, and its deletion brings us back.
    const preconditions = { uid: copy.metadata.uid ?? '' };
    await ignoreMissing(client.delete(refOf(copy), { preconditions, signal }));
    throw new Error('the copy is that of an earlier source');
  }
  const value = source.data?.['value'] ?? '';
  if (copiedValue(copy) === value && copy?.metadata.ownerReferences?.length === 1) return false;
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true };
  const metadata = { ...keyIn(name), labels: { role: 'copy' }, ownerReferences: [owner] };
  const data = { value: Buffer.from(value).toString('base64') };
  await client.apply({ ...kind(Copy), metadata, data }, { fieldManager, force: true, signal });
  return true;
}

/** @returns whether there was something to write */
async function keepRecord(source: DataObject, { cache, client, signal }: ReconcileContext): Promise<boolean> {
  const { name = '' } = source.metadata;
  const value = source.data?.['value'] ?? '';
  if (cache.get(Record, keyIn(name))?.metadata.annotations?.['value'] === value) return false;
  const metadata = { ...keyIn(name), labels: { role: 'record' }, annotations: { value } };
  await client.apply({ ...kind(Record), metadata }, { fieldManager, force: true, signal });
  return true;
}

/** A record may be there without a source: one that was written late, or whose source lost its finalizer. */
async function forgetRecord({ name, client, cache, signal }: ReconcileContext): Promise<void> {
  if (!cache.get(Record, keyIn(name))) {
    // What the cache has not seen yet may be there all the same.
    if (!(await client.find({ ...kind(Record), ...keyIn(name) }, { signal }))) return;
  }
  await ignoreMissing(client.delete({ ...kind(Record), ...keyIn(name) }, { signal }));
}

async function summarize(summary: KubeObject, { cache, client, signal }: ReconcileContext): Promise<void> {
  const text = summaryOf(cache.list(Copy));
  if (summary.metadata.annotations?.['copies'] === text) return;
  const annotations = { ...summary.metadata.annotations, copies: text };
  await client.update(
    { ...summary, metadata: { ...summary.metadata, annotations } },
    { signal, fieldManager },
  );
}

/** What a summary is to say. */
export function summaryOf(copies: readonly DataObject[]): string {
  const texts = copies.map((copy) => `${copy.metadata.name ?? ''}=${copiedValue(copy) ?? ''}`);
  return texts.toSorted().join(' ');
}

const keyIn = (name: string): ObjectKey & { namespace: string } => ({ namespace: NAMESPACE, name });

const kind = ({ apiVersion, kind: name }: ResourceKind): { apiVersion: string; kind: string } => ({
  apiVersion,
  kind: name,
});

async function ignoreMissing(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
