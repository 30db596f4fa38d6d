import {
  addToInventory,
  applyResources,
  createInventory,
  type Inventory,
  inventoryDifference,
  inventoryId,
  pruneObjects,
} from '@gitops-toolkit/apply';
import { findToolkitError, type KubeObject, refOf, sleep } from '@gitops-toolkit/core';
import {
  FAULT_KINDS,
  type FaultPlan,
  type FaultRule,
  seededFaults,
  startBinaries,
  startEmbedded,
  startFaultProxy,
} from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';
import { History } from './testing/history.ts';
import { Line } from './testing/line.ts';

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };
const namespace = 'default';
const REVISIONS = 5;
/** ConfigMaps, and as many Deployments. */
const NUMBERS = [0, 1, 2, 3, 4, 5, 6];

/** FAULT_SEEDS is how many seeds to run, or `=7` for one of them. */
function seeds(usual: number): number[] {
  const wish = process.env['FAULT_SEEDS'] ?? String(usual);
  if (wish.startsWith('=')) return [Number(wish.slice(1))];
  return Array.from({ length: Number(wish) }, (_, i) => i + 1);
}

/** What requests suffer for a seed. */
class Faults {
  readonly plans: readonly FaultPlan[];

  /** @param rate the share of requests that fail, beside writes whose answers are lost */
  constructor(seed: number, rate: number) {
    // A client that is put off waits for a second or more: a few such waits are enough.
    const kinds = FAULT_KINDS.filter((kind) => kind !== 'too-many-requests');
    this.plans = [
      seededFaults({ seed, kinds, rate, maxDelayMs: 20 }),
      seededFaults({ seed, kinds: ['too-many-requests'], rate: 0.05, limit: 5 }),
      // Few of the requests write, and these are what may be done twice.
      seededFaults({ seed, kinds: ['lost-answer'], rate: 0.3 }),
    ];
  }

  readonly rule: FaultRule = (request) => {
    for (const plan of this.plans) {
      const fault = plan.rule(request);
      if (fault) return fault;
    }
    return undefined;
  };

  get total(): number {
    return this.plans.reduce((sum, plan) => sum + plan.total, 0);
  }

  stop(): void {
    for (const plan of this.plans) plan.stop();
  }

  /** Runs a test; says which seed failed, and what it did. */
  async during(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      (error as Error).message += `\n${this.plans.map((plan) => plan.describe()).join('\n')}`;
      throw error;
    }
  }
}

/** The revision in which an object of a number came to be as it is in a revision: some change often, some never. */
const stateIn = (revision: number, number: number): number => revision - (revision % (number + 1));

/** Whether an object is wanted in a revision: most always are, the others come and go. */
const isWanted = (revision: number, number: number): boolean => number < 4 || (revision + number) % 3 !== 0;

function deployment(number: number, revision: number): KubeObject {
  const labels = { app: `web-${number}` };
  const containers = [{ name: 'web', image: `web:${stateIn(revision, number)}` }];
  return {
    ...DEPLOYMENT,
    metadata: { name: `web-${number}`, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

function configMap(number: number, revision: number): KubeObject {
  const data = { state: String(stateIn(revision, number)) };
  return { ...CONFIG_MAP, metadata: { name: `map-${number}`, namespace }, data };
}

/** What is wanted in a revision, as objects. */
function wantedIn(revision: number): KubeObject[] {
  const numbers = NUMBERS.filter((number) => isWanted(revision, number));
  return numbers.flatMap((number) => [configMap(number, revision), deployment(number, revision)]);
}

const imageOf = (object: KubeObject): string => {
  const spec = object['spec'] as { template: { spec: { containers: { image: string }[] } } };
  return spec.template.spec.containers[0]?.image ?? '';
};
const stateOf = (object: KubeObject): string =>
  (object['data'] as { state?: string } | undefined)?.state ?? '';

/** What really happened to the objects of the revisions. */
async function recordOf(client: KubeClient): Promise<{ maps: History; webs: History } & AsyncDisposable> {
  const maps = new History(client, CONFIG_MAP, { namespace, valueOf: stateOf });
  const webs = new History(client, DEPLOYMENT, { namespace, valueOf: imageOf });
  return {
    maps,
    webs,
    async [Symbol.asyncDispose]() {
      await maps[Symbol.asyncDispose]();
      await webs[Symbol.asyncDispose]();
    },
  };
}

/** The values that an object has in turn while it is wanted, a list for each time that it is made. */
function livesOf(number: number, revisions: number): number[][] {
  const lives: number[][] = [];
  for (let revision = 1; revision <= revisions; revision++) {
    if (!isWanted(revision, number)) continue;
    if (revision === 1 || !isWanted(revision - 1, number)) lives.push([]);
    const values = lives.at(-1) ?? [];
    if (values.at(-1) !== stateIn(revision, number)) values.push(stateIn(revision, number));
  }
  return lives;
}

/** Every object was made once for each time that it is wanted, and had each of its states once and in order. */
async function expectAppliedOnce(
  { maps, webs }: { maps: History; webs: History },
  revisions: number,
): Promise<void> {
  for (const number of NUMBERS) {
    const lives = livesOf(number, revisions);
    const isLast = isWanted(revisions, number);
    const ends = lives.map((_life, i) => i < lives.length - 1 || !isLast);
    for (const [history, name, prefix] of [
      [maps, `map-${number}`, ''],
      [webs, `web-${number}`, 'web:'],
    ] as const) {
      await expect.poll(() => history.of(name).map(({ isDeleted }) => isDeleted)).toEqual(ends);
      const values = lives.map((states) => states.map((state) => `${prefix}${state}`));
      await expect.poll(() => history.of(name).map((life) => life.values)).toEqual(values);
    }
    // Deletion raises the generation too.
    const alive = webs.of(`web-${number}`).filter(({ isDeleted }) => !isDeleted);
    expect(alive.map(({ generation }) => generation)).toEqual(isLast ? [lives.at(-1)?.length] : []);
  }
}

/** Faults cost time, most of it on a busy machine. */
const timeout = 120_000;

describe('applyResources and pruneObjects behind faults', { timeout }, () => {
  const owner = { fieldManager: 'faults', group: 'faults.example.com', name: 'set', namespace };

  it.each(seeds(2))('apply once what is wanted, and prune nothing else (seed %i)', async (seed) => {
    const isReal = process.env['TEST_TARGET'] === 'binaries';
    await using server = isReal
      ? await startBinaries()
      : await startEmbedded({ simulate: false, tls: false });
    const faults = new Faults(seed, 0.08);
    await using proxy = await startFaultProxy({ target: server.config, faults: faults.rule, tls: false });
    await using distant = new KubeClient(proxy.config);
    await using sound = new KubeClient(server.config);
    await using record = await recordOf(sound);
    let inventory: Inventory = { entries: [] };

    async function reconcile(revision: number): Promise<void> {
      const wanted = wantedIn(revision);
      // A write whose answer is lost may have been carried out: what may come to be is on record before.
      inventory = addToInventory(inventory, wanted.map(refOf));
      const changes = await applyResources(
        distant,
        wanted.map((object) => ({ object })),
        { owner },
      );
      const applied = createInventory(changes);
      await pruneObjects(distant, inventoryDifference(inventory, applied), { owner });
      inventory = applied;
    }

    await faults.during(async () => {
      for (let revision = 1; revision <= REVISIONS; revision++) await persist(() => reconcile(revision));
      await expectAppliedOnce(record, REVISIONS);
      expect(inventory.entries).toHaveLength(wantedIn(REVISIONS).length);
      expect(faults.total).toBeGreaterThan(25);
      // With nothing in the way there is nothing left to do.
      faults.stop();
      const again = await applyResources(
        distant,
        wantedIn(REVISIONS).map((object) => ({ object })),
        { owner },
      );
      expect(new Set(again.entries.map(({ action }) => action))).toEqual(new Set(['unchanged']));
    });
  });
});

/** Runs again what failed in a way that may pass, as a controller does. */
async function persist(run: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (findToolkitError(error)?.retry !== 'backoff' || tries > 200) throw error;
      await sleep(5);
    }
  }
}

describe('the line behind faults', { timeout }, () => {
  const filesOf = (revision: number): Record<string, string> => {
    const wanted = wantedIn(revision);
    const names = wanted.map(({ kind, metadata }) => `${kind}-${metadata.name}.json`);
    const objects = wanted.map((object, i) => [names[i] ?? '', JSON.stringify(object)]);
    return { ...Object.fromEntries(objects), 'kustomization.yaml': JSON.stringify({ resources: names }) };
  };

  it.each(seeds(1))('brings every commit to the cluster, once (seed %i)', async (seed) => {
    const faults = new Faults(seed, 0.04);
    await using line = await Line.start({ files: filesOf(1), faults: faults.rule, patienceMs: 90_000 });
    await using record = await recordOf(line.client);
    await faults.during(async () => {
      await line.deploy();
      await line.untilApplied();
      for (let revision = 2; revision <= REVISIONS; revision++) {
        await line.push({ files: filesOf(revision) });
        await line.untilApplied();
      }
      await expectAppliedOnce(record, REVISIONS);
      expect(faults.total).toBeGreaterThan(10);

      const { status } = await line.untilApplied();
      const ids = (status as { inventory: Inventory }).inventory.entries.map(({ id }) => id).toSorted();
      expect(ids).toEqual(inventoryIds(wantedIn(REVISIONS)));
      await line.client.delete(line.ref('Kustomization'));
      await line.untilGone(line.ref('Kustomization'));
      const left = await line.client.list(DEPLOYMENT, { namespace });
      expect(left.items).toEqual([]);
    });
  });

  it.each(seeds(2))(
    'ends where the last commit wants it, whatever it was torn from (seed %i)',
    async (seed) => {
      const faults = new Faults(seed, 0.1);
      await using line = await Line.start({ files: filesOf(1), faults: faults.rule, patienceMs: 90_000 });
      await using record = await recordOf(line.client);
      await faults.during(async () => {
        await line.deploy();
        // Each commit comes while the one before is on its way, or has failed half-way.
        for (let revision = 2; revision <= 2 * REVISIONS; revision++) {
          await sleep(100);
          await line.push({ files: filesOf(revision) });
        }
        faults.stop();
        await line.untilApplied();
        const wanted = wantedIn(2 * REVISIONS);
        for (const [kind, valueOf] of [
          [DEPLOYMENT, imageOf],
          [CONFIG_MAP, stateOf],
        ] as const) {
          const { items } = await line.client.list(kind, { namespace });
          const states = (objects: readonly KubeObject[]): string[] =>
            objects.map((object) => `${object.metadata.name} ${valueOf(object)}`).toSorted();
          const own = items.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt');
          expect(states(own)).toEqual(states(wanted.filter(({ kind: each }) => each === kind.kind)));
        }
        // What every commit wanted was made once and never deleted.
        for (let number = 0; number < 4; number++) {
          for (const lives of [record.maps.of(`map-${number}`), record.webs.of(`web-${number}`)]) {
            expect(lives.map(({ isDeleted }) => isDeleted)).toEqual([false]);
            expect(new Set(lives[0]?.values).size).toBe(lives[0]?.values.length);
          }
        }
      });
    },
  );
});

describe('a write whose answer is lost', () => {
  it('is on record: what came of it is deleted where the next commit does not want it', async () => {
    let writes = 0;
    let isOver = false;
    const faults: FaultRule = ({ verb, path, query }) => {
      if (isOver || !path.endsWith('/configmaps/unsure')) return undefined;
      if (verb === 'patch' && !query.has('dryRun') && writes++ === 0) return { answer: 'lost' };
      // The write was carried out; all that the client learns from now on is that the server has trouble.
      return writes > 0 ? { status: { code: 500, reason: 'InternalError' } } : undefined;
    };
    const unsure = { ...CONFIG_MAP, metadata: { name: 'unsure', namespace } };
    const files = (names: string[]): Record<string, string> => ({
      'kustomization.yaml': JSON.stringify({ resources: names }),
      'unsure.json': JSON.stringify(unsure),
      'sure.json': JSON.stringify({ ...CONFIG_MAP, metadata: { name: 'sure', namespace } }),
    });
    await using line = await Line.start({ files: files(['unsure.json']), faults });
    await line.deploy({ kustomization: { retryInterval: '1h' } });
    await line.untilReady('Kustomization', 'False', { reason: 'ReconciliationFailed' });
    expect(await line.client.find(line.ref('ConfigMap', 'unsure'))).toBeDefined();
    isOver = true;
    await line.push({ files: files(['sure.json']) });
    await line.untilApplied();
    expect(await line.client.find(line.ref('ConfigMap', 'unsure'))).toBeUndefined();
  });
});

function inventoryIds(objects: readonly KubeObject[]): string[] {
  return objects.map((object) => inventoryId(refOf(object))).toSorted();
}
