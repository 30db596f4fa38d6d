import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { sleep } from '@gitops-toolkit/core';
import { ArtifactStorage } from '@gitops-toolkit/source';
import { assert, describe, expect, it } from 'vitest';
import { commitsFrom, type Files, objectNames, type Random } from './testing/kill/commits.ts';
import { Deaths } from './testing/kill/deaths.ts';
import { LastingLine } from './testing/kill/lasting-line.ts';
import type { Life } from './testing/kill/life.ts';
import {
  readState,
  type SettledState,
  statesWithoutKills,
  untilApplied,
  untilGone,
} from './testing/kill/settled-state.ts';
import { Witness } from './testing/kill/witness.ts';
import { randomFrom } from './testing/random.ts';

// KILLS=200 SEED=7 kills more often, and otherwise. On a real API server each life takes longer, and is no other.
const KILLS = Number(process.env['KILLS'] ?? (process.env['TEST_TARGET'] === 'binaries' ? 20 : 50));
const SEED = Number(process.env['SEED'] ?? 1);
/** Lives at most: in some, nothing is left to do when the controllers die, and a step may be left out by chance. */
const LIVES = KILLS * 2 + 40;

describe('controllers that are killed at any moment', () => {
  it(
    'leave the cluster, started again, as those do that live on',
    { timeout: 120_000 + KILLS * 15_000 },
    async ({ annotate }) => {
      const random = randomFrom(SEED);
      const run = await killedRun(random);
      await annotate(`${run.deaths.count} deaths: ${JSON.stringify(Object.fromEntries(run.deaths.hits))}`);
      expect(run.deaths.count, 'deaths in the middle of work').toBeGreaterThanOrEqual(KILLS);
      expect(run.deaths.missing, 'steps that were never cut off').toEqual([]);

      const expected = await statesOf(run.commitsOfInterest, random);
      expect(run.settled).toEqual(run.settled.map(({ commit }) => ({ commit, ...expected.get(commit) })));
      expect(run.seen).toEqual(
        run.seen.map(({ commit }) => ({ commit, objects: expected.get(commit)?.objects })),
      );
    },
  );
});

async function killedRun(random: Random): Promise<KilledRun> {
  await using line = await LastingLine.start(random);
  const run = new KilledRun(line, random);
  await run.execute();
  return run;
}

/** The state that each commit leads to where nobody is killed. Commits that are not of interest may be left out. */
async function statesOf(
  commits: ReadonlyMap<string, Files>,
  random: Random,
): Promise<Map<string, SettledState>> {
  await using line = await LastingLine.start(random);
  const states = await statesWithoutKills(line, [...commits.values()]);
  return new Map([...commits.keys()].map((commit, i) => [commit, states[i] as SettledState]));
}

/** Lives of controllers, each with something to do, each cut off. */
class KilledRun {
  readonly deaths: Deaths;
  /** What was there whenever controllers were let live until they were done. */
  readonly settled: (SettledState & { readonly commit: string })[] = [];
  readonly #line: LastingLine;
  readonly #random: Random;
  readonly #witness: Witness;
  readonly #plan: Iterator<Files>;
  readonly #pushed = new Map<string, Files>();
  #isDeployed = true;
  /** The last life has left something over. */
  #isBusy = false;

  constructor(line: LastingLine, random: Random) {
    this.#line = line;
    this.#random = random;
    this.#plan = commitsFrom(random, LIVES).values();
    this.#witness = new Witness(line);
    this.deaths = new Deaths(random);
  }

  /** What was there at some death when the status said that all was applied. */
  get seen(): Witness['seen'] {
    return this.#witness.seen;
  }

  /** Those that something is known of, in order. */
  get commitsOfInterest(): Map<string, Files> {
    const known = new Set([...this.settled, ...this.seen].map(({ commit }) => commit));
    return new Map([...this.#pushed].filter(([commit]) => known.has(commit)));
  }

  async execute(): Promise<void> {
    await this.#push();
    await this.#line.deploy();
    for (let life = 1; this.#goesOn(life); life++) {
      const isChangedBefore = this.#random(2) === 0;
      if (isChangedBefore) await this.#change(life);
      await this.#liveAndDie(isChangedBefore ? undefined : () => this.#change(life));
      await this.#witness.look();
      if (life % 10 === 0) await this.#settle();
    }
    await this.#settle();
    if (!this.#isDeployed) return;
    await this.#remove();
    await this.#settle();
  }

  #goesOn(life: number): boolean {
    return life <= LIVES && (this.deaths.count < KILLS || this.deaths.missing.length > 0);
  }

  /** Mostly a commit; sometimes nothing but what the last life has left over; sometimes the end of it all, or a new beginning. */
  async #change(life: number): Promise<void> {
    if (life % 12 === 0) await this.#remove();
    else if (!this.#isDeployed && (await this.#isGone())) await this.#deploy();
    else if (!this.#isBusy || this.#random(4) > 0) await this.#push();
  }

  async #push(): Promise<void> {
    const { value: files, done } = this.#plan.next();
    if (done) return;
    this.#pushed.set(await this.#line.push(files), files);
    this.#witness.wants(objectNames(files));
  }

  async #deploy(): Promise<void> {
    await this.#line.deploy();
    this.#isDeployed = true;
  }

  async #remove(): Promise<void> {
    await this.#line.remove();
    this.#witness.wants(new Set());
    this.#isDeployed = false;
  }

  async #isGone(): Promise<boolean> {
    return !(await this.#line.source()) && !(await this.#line.kustomization());
  }

  async #liveAndDie(change: (() => Promise<void>) | undefined): Promise<void> {
    const death = this.deaths.next();
    const life = await this.#line.begin('step' in death ? death : undefined);
    if (change && (await this.#untilSettled(life))) await change();
    const settled = this.#untilSettled(life);
    settled.catch(() => {});
    const isIdle =
      'step' in death ? await settled : (await Promise.race([settled, sleep(death.afterMs)])) === true;
    if (!life.isDead) await life.kill();
    await settled;
    this.#isBusy = !isIdle;
    this.deaths.record(await life.moments(), this.#isBusy);
  }

  /** Gives whether there was nothing left to do before the controllers died. */
  #untilSettled(life: Life): Promise<boolean> {
    return this.#isDeployed ? untilApplied(this.#line, life) : untilGone(this.#line, life);
  }

  /** Lets controllers live until they are done. */
  async #settle(): Promise<void> {
    const life = await this.#line.begin();
    await this.#untilSettled(life);
    const state = await readState(this.#line);
    if (this.#isDeployed) this.settled.push({ ...state, commit: this.#line.head });
    else assert.deepEqual(state, { objects: {}, source: undefined, kustomization: undefined });
    await this.#witness.look();
    await this.#witness.settled();
    await checkStorage(this.#line);
    await life.kill();
  }
}

/** The artifact is whole, and nothing is left over of what was cut off. */
async function checkStorage(line: LastingLine): Promise<void> {
  const root = line.storageFolder;
  const files = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  const strange = files.filter((file) => !/^gitrepository\/default\/app\/[0-9a-f]{40}\.tar\.gz$/.test(file));
  assert.deepEqual(strange, [], 'files that nobody will ever use');
  const artifact = (await line.source())?.status?.artifact;
  if (!artifact) return assert.deepEqual(files, []);
  // One more is kept for those who still read it.
  assert.isAtMost(files.length, 2);
  assert.isTrue(await new ArtifactStorage({ root, host: '' }).verify(artifact));
}
