import { startEmbedded } from '@gitops-toolkit/envtest';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it, onTestFinished } from 'vitest';

import { controller } from '../controller/builder.ts';
import { jsonLogger } from '../manager/json-logger.ts';
import { kindOf } from '../resource-kind.ts';
import { ManualClusters } from '../testing/manual-clusters.ts';
import { eventually } from '../testing/test-cluster.ts';
import { ClusterFleet, type ClusterFleetOptions } from './cluster-fleet.ts';
import { clusterManager } from './cluster-manager.ts';

const Namespace = kindOf('v1', 'Namespace');
/** Controllers that watch something, so that there is something to be heard of. */
const kinds = { controllers: [controller(Namespace, async () => {})] };

async function startServer(): Promise<ClusterConfig> {
  const server = await startEmbedded();
  onTestFinished(() => server.stop());
  return server.config;
}

/** A fleet that runs for the length of a test, and what tells it of clusters. */
function runFleet(options: Partial<ClusterFleetOptions> = {}): {
  fleet: ClusterFleet;
  clusters: ManualClusters;
  stop: () => Promise<void>;
} {
  const clusters = new ManualClusters();
  const fleet = new ClusterFleet({ name: 'fleet', providers: [clusters], controllers: [], ...options });
  const stopping = new AbortController();
  const running = fleet.run(stopping.signal);
  const stop = (): Promise<void> => {
    stopping.abort(new Error('test is over'));
    return running;
  };
  onTestFinished(stop);
  return { fleet, clusters, stop };
}

function states(fleet: ClusterFleet): string[] {
  return fleet.statuses.map(({ name, state }) => `${name} ${state}`);
}

describe('2.13 a fleet of clusters', () => {
  it('does what was said last, however often that changes meanwhile', async () => {
    const [first, last] = [await startServer(), await startServer()];
    const seen: string[] = [];
    const { fleet, clusters } = runFleet({
      controllers: [
        controller(Namespace, async (_, { client, name }) => {
          if (name === 'default') seen.push((await client.get({ ...Namespace, name })).metadata.uid ?? '');
        }),
      ],
    });
    const { target } = clusters;
    target.engage({ name: 'a', config: first, revision: '1' });
    void target.drop('a');
    target.engage({ name: 'a', config: first, revision: '2' });
    target.reject('a', new Error('not now'));
    target.engage({ name: 'a', config: last, revision: '3' });
    await using client = new KubeClient(last);
    const { uid } = (await client.get({ ...Namespace, name: 'default' })).metadata;
    await eventually(() => seen.includes(uid ?? ''), 'the last is engaged');
    expect(new Set(seen)).toEqual(new Set([uid]));
    await target.drop('a');
    expect(fleet.statuses).toEqual([]);
  });

  it('is ready when its providers are complete and a cluster runs, or all of them where that is wanted', async () => {
    const config = await startServer();
    const nowhere = { server: 'http://127.0.0.1:1' };
    const waiting = new ClusterFleet({ name: 'fleet', providers: [], controllers: [] });
    expect(() => waiting.check()).not.toThrow();
    const [some, all] = [runFleet(kinds), runFleet({ ...kinds, readyWithAll: true })];
    some.clusters.problem = new Error('not complete');
    expect(() => some.fleet.check()).toThrow('not complete');
    some.clusters.problem = undefined;
    expect(() => some.fleet.check()).not.toThrow();

    for (const { clusters, fleet } of [some, all]) {
      clusters.target.engage({ name: 'bad', config: nowhere, revision: '1' });
      await eventually(() => states(fleet).includes('bad failing'), 'it is found not to answer');
      expect(() => fleet.check()).toThrow('1 of 1 clusters do not run: bad (failing)');
      clusters.target.engage({ name: 'good', config, revision: '1' });
      await eventually(() => states(fleet).includes('good running'), 'one runs');
    }
    expect(() => some.fleet.check()).not.toThrow();
    expect(() => all.fleet.check()).toThrow('1 of 2 clusters do not run: bad (failing)');
  });

  it('closes the connections of runs that do not end, and goes on', async () => {
    const config = await startServer();
    let after: Promise<unknown> | undefined;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const { fleet, clusters } = runFleet({
      drainTimeoutMs: 50,
      controllers: [
        controller(Namespace, async (_, { client, name }) => {
          if (name !== 'default' || after) return;
          after = released.then(() => client.get({ ...Namespace, name }));
          await after.catch(() => {});
        }),
      ],
    });
    clusters.target.engage({ name: 'a', config, revision: '1' });
    await eventually(() => after !== undefined, 'a run waits without its signal');
    await clusters.target.drop('a');
    expect(fleet.statuses).toEqual([]);
    release();
    await expect(after).rejects.toMatchObject({ code: 'KUBE_CLOSED' });
  });

  it('drops every cluster before it ends, and engages none after', async () => {
    const config = await startServer();
    const { fleet, clusters, stop } = runFleet(kinds);
    clusters.target.engage({ name: 'a', config, revision: '1' });
    await eventually(() => states(fleet).includes('a running'), 'it runs');
    await stop();
    expect(fleet.statuses).toEqual([]);
    clusters.target.engage({ name: 'b', config, revision: '1' });
    expect(fleet.statuses).toEqual([]);
  });

  it('ends with the error of a provider that fails', async () => {
    const failing = { name: 'failing', run: () => Promise.reject(new Error('no such API')), check() {} };
    const fleet = new ClusterFleet({ name: 'fleet', providers: [failing], controllers: [] });
    await expect(fleet.run(new AbortController().signal)).rejects.toThrow('no such API');
  });

  it('lets the first of two providers have a name', async () => {
    const config = await startServer();
    const [one, two] = [new ManualClusters('one'), new ManualClusters('two')];
    const lines: string[] = [];
    const logger = jsonLogger({ write: (line) => lines.push(line) });
    const { fleet } = runFleet({ ...kinds, providers: [one, two], logger });
    one.target.engage({ name: 'a', config, revision: '1' });
    two.target.engage({ name: 'a', config: { server: 'http://127.0.0.1:1' }, revision: '1' });
    await two.target.drop('a');
    await eventually(() => states(fleet).includes('a running'), 'the first counts');
    expect(lines.filter((line) => line.includes('two providers name the same cluster'))).toHaveLength(1);
  });

  it('lists a cluster whose address cannot be one as invalid', async () => {
    const { fleet, clusters } = runFleet();
    clusters.target.engage({ name: 'a', config: { server: 'nowhere' }, revision: '1' });
    await eventually(() => states(fleet).includes('a invalid'), 'it is invalid');
    expect(fleet.statuses[0]?.error).toMatchObject({ code: 'KUBE_CONFIG_INVALID' });
    await clusters.target.drop('a');
    expect(fleet.statuses).toEqual([]);
  });

  it('takes no two controllers of the same name, on the hub or the clusters', async () => {
    await using client = new KubeClient({ server: 'http://127.0.0.1:1' });
    const one = controller(Namespace, async () => {});
    const taken = expect.objectContaining({ code: 'RUNTIME_CONTROLLER_NAME_TAKEN' });
    const shared = { name: 'fleet', client, providers: [] };
    expect(() => clusterManager({ ...shared, controllers: [one, one] })).toThrow(taken);
    expect(() => clusterManager({ ...shared, controllers: [one], hub: { controllers: [one] } })).toThrow(
      taken,
    );
  });
});
