import { Kustomization } from '@gitops-toolkit/api';
import { describe, expect, it } from 'vitest';
import { Line } from '../testing/line.ts';

const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\ndata: {a: b}\n`;
const idsOf = (object: Kustomization) =>
  (object.status?.inventory?.entries ?? []).map(({ id }) => id).toSorted();

describe('the inventory', () => {
  it('names an object before the object is made, so that a crash in between leaves nothing behind', async () => {
    await using line = await Line.start({ files: { 'a.yaml': configMap('first') } });
    await line.deploy();
    await line.untilApplied();
    const watched = new AbortController();
    const { metadata } = await line.client.list(Kustomization, { namespace: 'default' });
    const events = line.client.watch<Kustomization>(Kustomization, {
      namespace: 'default',
      resourceVersion: metadata.resourceVersion ?? '',
      signal: watched.signal,
    });
    await line.push({ files: { 'b.yaml': configMap('second') } });
    await line.untilApplied();
    for await (const event of events) {
      if (event.type === 'BOOKMARK' || idsOf(event.object).length < 2) continue;
      expect(idsOf(event.object)).toEqual(['default_first__ConfigMap', 'default_second__ConfigMap']);
      // Versions grow over all kinds.
      const made = await line.client.get(line.ref('ConfigMap', 'second'));
      expect(Number(event.object.metadata.resourceVersion)).toBeLessThan(
        Number(made.metadata.resourceVersion),
      );
      break;
    }
    watched.abort();
  });

  it('names what a first run has made that was cut off, and prunes what is no longer wanted', async () => {
    await using line = await Line.start({ files: { 'a.yaml': configMap('first') } });
    // As a process leaves it that dies in its first run: objects with labels, and no verdict.
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'app',
      'kustomize.toolkit.fluxcd.io/namespace': 'default',
    };
    const left = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', labels },
    });
    await line.client.apply(left('left'), { fieldManager: 'kustomize-controller' });
    // Somebody else's, with labels that were copied.
    await line.client.create(left('copied'));
    await line.deploy({ finalizers: ['finalizers.fluxcd.io'] });
    expect(idsOf((await line.untilApplied()) as Kustomization)).toEqual(['default_first__ConfigMap']);
    expect(await line.client.find(line.ref('ConfigMap', 'left'))).toBeUndefined();
    expect(await line.client.find(line.ref('ConfigMap', 'copied'))).toBeDefined();
  });

  it('does not name what the API server refused', async () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: bad_name, namespace: default}\nspec: {ports: [{port: 80}]}\n';
    await using line = await Line.start({ files: { 'a.yaml': configMap('first') } });
    await line.deploy();
    await line.untilApplied();
    await line.push({ files: { 'b.yaml': configMap('second'), 'bad.yaml': service } });
    const failed = await line.untilReady('Kustomization', 'False', { reason: 'ReconciliationFailed' });
    expect(idsOf(failed as Kustomization)).toEqual(['default_first__ConfigMap']);
    expect(await line.client.find(line.ref('ConfigMap', 'second'))).toBeUndefined();
  });
});
