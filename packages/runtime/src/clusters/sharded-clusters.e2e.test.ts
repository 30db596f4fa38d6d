import type { TestServer } from '@gitops-toolkit/envtest';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { controller } from '../controller/builder.ts';
import { leaseKind } from '../election/lease-record.ts';
import { kindOf } from '../resource-kind.ts';
import { ManualClusters } from '../testing/manual-clusters.ts';
import { createNamespace, eventually, Network, startTestServer } from '../testing/test-cluster.ts';
import { ClusterFleet } from './cluster-fleet.ts';
import { shardedClusters } from './sharded-clusters.ts';

const Namespace = kindOf('v1', 'Namespace');
const names = Array.from({ length: 8 }, (_, i) => `cluster-${i}`);
const times = { leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 200 };

let server: TestServer;
let client: KubeClient;
let namespace: string;
beforeAll(async () => {
  server = await startTestServer();
  client = new KubeClient(server.config);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
});
beforeEach(async () => {
  namespace = await createNamespace(client);
});

interface Replica {
  readonly fleet: ClusterFleet;
  readonly clusters: ManualClusters;
  readonly stop: () => Promise<void>;
}

/** Every run that is under way, by cluster: who works on it. */
class Workers {
  readonly current = new Map<string, Set<string>>();
  /** Clusters on which two replicas worked at a time. */
  readonly clashes: string[] = [];

  begin(cluster: string, replica: string): void {
    const workers = this.current.get(cluster) ?? new Set();
    this.current.set(cluster, workers.add(replica));
    if (workers.size > 1) this.clashes.push(`${cluster}: ${[...workers].join(', ')}`);
  }

  end(cluster: string, replica: string): void {
    this.current.get(cluster)?.delete(replica);
  }
}

/** A replica that works on its clusters all the time. */
function startReplica(identity: string, workers: Workers, config: ClusterConfig = server.config): Replica {
  const own = new KubeClient(config);
  const clusters = new ManualClusters();
  const busy = controller(Namespace, async (_, { cluster = '', name, signal }) => {
    if (name !== 'default') return;
    workers.begin(cluster, identity);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    workers.end(cluster, identity);
  });
  const shared = shardedClusters(clusters, { client: own, namespace, name: 'busy', identity, ...times });
  const fleet = new ClusterFleet({
    name: 'busy',
    providers: [shared],
    controllers: [busy],
    needsLeader: false,
  });
  const stopping = new AbortController();
  const running = fleet.run(stopping.signal);
  for (const name of names) clusters.target.engage({ name, config: server.config, revision: '1' });
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('test is over'));
    await running;
    await own[Symbol.asyncDispose]();
  };
  onTestFinished(stop);
  return { fleet, clusters, stop };
}

function sharesOf(...replicas: readonly Replica[]): string[][] {
  return replicas.map(({ fleet }) => fleet.clusters.map(({ name }) => name).toSorted());
}

/** Until each cluster is engaged by one of the replicas, and worked on. */
async function shared(workers: Workers, ...replicas: readonly Replica[]): Promise<string[][]> {
  return eventually(() => {
    const shares = sharesOf(...replicas);
    const isWhole = shares.flat().toSorted().join() === names.join();
    const isWorked = names.every((name) => workers.current.get(name)?.size === 1);
    return isWhole && isWorked && shares.every((share) => share.length > 0) && shares;
  }, 'every cluster is engaged by one replica');
}

async function leases(): Promise<string[]> {
  const { items } = await client.list(leaseKind, { namespace });
  return items.map(({ metadata }) => metadata.name ?? '');
}

describe('2.13 replicas that share clusters', () => {
  it('have each cluster once, move few when one comes, and take over when one goes', async () => {
    const workers = new Workers();
    const one = startReplica('one', workers);
    const [before = []] = await shared(workers, one);
    expect(before).toEqual(names);
    const token = one.fleet.get('cluster-0').fencingToken ?? NaN;

    const two = startReplica('two', workers);
    const [ofOne = [], ofTwo = []] = await shared(workers, one, two);
    expect(ofOne.length + ofTwo.length).toBe(names.length);
    await two.stop();
    await shared(workers, one);
    await one.stop();
    const three = startReplica('three', workers);
    await shared(workers, three);
    expect(three.fleet.get('cluster-0').fencingToken).toBeGreaterThan(token);
    expect(workers.clashes).toEqual([]);
  });

  it('drop what they cannot renew the lease of, before another one takes it', async () => {
    await using network = await Network.to(server.config);
    const workers = new Workers();
    const cut = startReplica('cut', workers, network.config);
    await shared(workers, cut);
    const other = startReplica('other', workers);
    await shared(workers, cut, other);
    network.isBlocked = true;
    network.cut();
    await shared(workers, other);
    expect(sharesOf(cut)).toEqual([[]]);
    expect(() => cut.fleet.check()).toThrow('not known to its peers');
    network.isBlocked = false;
    network.cut();
    await shared(workers, cut, other);
    expect(workers.clashes).toEqual([]);
  });

  it('leave no lease of a cluster that is gone, nor of a replica that ended', async () => {
    const workers = new Workers();
    const one = startReplica('one', workers);
    await shared(workers, one);
    expect(await leases()).toHaveLength(names.length + 1);
    await Promise.all(names.map((name) => one.clusters.target.drop(name)));
    expect(await leases()).toHaveLength(1);
    await one.stop();
    expect(await leases()).toEqual([]);
  });
});
