import type { FaultPlan } from '@gitops-toolkit/envtest';

import { scheduleChaos } from './chaos.ts';
import { Replica } from './replica.ts';
import { unsettled } from './settled.ts';
import { scheduleUsers } from './users.ts';
import { createWorld, type World } from './world.ts';

/** How one seed went. */
export interface SimulationReport {
  readonly seed: number;
  /** What must never happen, and what has not settled in the end; empty where all is well. */
  readonly violations: readonly string[];
  /** Requests, answers, runs, and what users and the world did. */
  readonly steps: number;
  /** Equal for two runs in which the same happened at the same times. */
  readonly fingerprint: string;
  /** `seed 7, faults: delay 1, gone 2` */
  readonly faults: string;
  /** Fake time from the end of all trouble until everything had settled. */
  readonly settledAfterMs: number;
  /** The last lines of the journal. */
  readonly lines: readonly string[];
}

const TROUBLE_MS = 180_000;
/** A silent watch is noticed after two minutes, and delays after failures have grown by then. */
const SETTLE_MS = 400_000;
const SETTLE_STEP_MS = 5000;
const REPLICAS = 3;

/**
 * Runs several replicas of a program against a server on which everything goes wrong that can, by a seed, while users
 * make, change and delete; then lets all trouble end, and looks whether everything comes to rest as it has to.
 *
 * Time is fake and chance is the seed's: the same seed gives the same run, to the last request.
 */
export async function simulate(
  seed: number,
  options: { readonly keepLines?: number } = {},
): Promise<SimulationReport> {
  await using world = await createWorld(seed, { keepLines: options.keepLines ?? 200 });
  const { clock, journal, faults } = world;
  const replicas = new Replicas(world);
  const untilMs = TROUBLE_MS;
  scheduleUsers(world, { untilMs, deeds: world.random.between(20, 150) });
  scheduleChaos(world, { untilMs, troubles: world.random.below(12), alive: () => replicas.alive });
  for (let i = 0; i < REPLICAS; i++) replicas.start();
  await clock.advance(TROUBLE_MS);
  for (const plan of faults) plan.stop();
  journal.add('all trouble is over');
  const settledAfterMs = await settle(world, replicas);
  const left = unsettled(world, replicas.all);
  for (const each of left) journal.violate(each);
  replicas.end();
  return {
    seed,
    violations: journal.violations,
    steps: journal.steps,
    fingerprint: journal.fingerprint,
    faults: describeFaults(seed, faults),
    settledAfterMs,
    lines: journal.lines,
  };
}

function describeFaults(seed: number, plans: readonly FaultPlan[]): string {
  const counts = new Map<string, number>();
  for (const plan of plans) {
    for (const [kind, count] of Object.entries(plan.counts))
      counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const list = [...counts].map(([kind, count]) => `${kind} ${count}`).toSorted();
  return `seed ${seed}, faults: ${list.join(', ')}`;
}

/** Moves on until everything has settled, and then some more, in which it has to stay so. */
async function settle({ clock }: World & object, replicas: Replicas): Promise<number> {
  const startedAt = clock.monotonic();
  while (replicas.unsettled.length > 0 && clock.monotonic() - startedAt < SETTLE_MS) {
    await clock.advance(SETTLE_STEP_MS);
  }
  const settledAfterMs = clock.monotonic() - startedAt;
  await clock.advance(SETTLE_STEP_MS * 4);
  return settledAfterMs;
}

/** The processes of the program: where one ends, another one starts. */
class Replicas {
  readonly #world: World;
  readonly #all: Replica[] = [];
  #started = 0;
  #isOver = false;

  constructor(world: World) {
    this.#world = world;
  }

  get all(): readonly Replica[] {
    return this.#all;
  }

  get alive(): readonly Replica[] {
    return this.#all.filter(({ clock }) => clock.isAlive);
  }

  get unsettled(): readonly string[] {
    return unsettled(this.#world, this.#all);
  }

  start(): void {
    const replica = new Replica(this.#world, `replica-${++this.#started}`);
    this.#all.push(replica);
    void replica.run();
    this.#startAnother(replica);
  }

  /** Ends all processes for good. */
  end(): void {
    this.#isOver = true;
    for (const replica of this.alive) replica.kill();
  }

  /** As a Deployment does, which looks again and again. */
  #startAnother(after: Replica): void {
    if (this.#isOver) return;
    this.#world.clock.setTimeout(() => {
      if (after.clock.isAlive) return this.#startAnother(after);
      this.#all.splice(this.#all.indexOf(after), 1);
      this.start();
    }, 1000);
  }
}
