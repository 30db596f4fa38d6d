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
    const watched = new AbortController();
    const { metadata } = await line.client.list(Kustomization, { namespace: 'default' });
    const events = line.client.watch<Kustomization>(Kustomization, {
      namespace: 'default',
      resourceVersion: metadata.resourceVersion ?? '',
      signal: watched.signal,
    });
    await line.deploy();
    await line.untilApplied();
    for await (const event of events) {
      if (event.type === 'BOOKMARK' || idsOf(event.object).length === 0) continue;
      expect(idsOf(event.object)).toEqual(['default_first__ConfigMap']);
      // Versions grow over all kinds.
      const made = await line.client.get(line.ref('ConfigMap', 'first'));
      expect(Number(event.object.metadata.resourceVersion)).toBeLessThan(
        Number(made.metadata.resourceVersion),
      );
      break;
    }
    watched.abort();
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
