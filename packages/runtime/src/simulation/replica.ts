import { KubeClient } from '@gitops-toolkit/kube';

import { findToolkitError } from '@gitops-toolkit/core';

import { manager, type Manager } from '../manager/manager.ts';
import { LeaseWatch } from './lease-watch.ts';
import { ProcessClock } from './process-clock.ts';
import { processNetwork } from './process-network.ts';
import { NAMESPACE, simulatedControllers } from './reconcilers.ts';
import { RunWatch } from './run-watch.ts';
import type { World } from './world.ts';

/** Ends of a manager after which a process is started anew. */
const ENDS = new Set(['RUNTIME_LEASE_LOST', 'RUNTIME_CACHE_SYNC_TIMEOUT', 'RUNTIME_SHUTDOWN_TIMEOUT']);
const LEASE_MS = 15_000;

/** One process of the program. */
export class Replica {
  readonly name: string;
  readonly manager: Manager;
  readonly clock: ProcessClock;
  readonly runs: RunWatch;
  readonly #world: World;
  readonly #stop = new AbortController();

  constructor(world: World, name: string) {
    const { clock: worldClock, journal, server } = world;
    const random = world.random.fork();
    this.#world = world;
    this.name = name;
    this.clock = new ProcessClock(worldClock, { skewMs: random.between(-60_000, 60_000) });
    this.runs = new RunWatch(name, journal);
    const lease = new LeaseWatch({ name, clock: this.clock, durationMs: LEASE_MS, journal });
    const transport = processNetwork({
      name,
      server: server.transport,
      world: worldClock,
      process: this.clock,
      random: random.fork(),
      journal,
      lease,
    });
    const config = { ...server.config, token: 'replica' };
    this.manager = manager({
      name: 'simulation',
      client: new KubeClient(config, { clock: this.clock, transport, timeoutMs: 20_000 }),
      controllers: simulatedControllers(this.runs, random.fork()),
      clock: this.clock,
      random: random.fork().next,
      cache: { reflector: { streamInitial: random.below(2) === 0 } },
      shutdownTimeoutMs: 10_000,
      leaderElection: { namespace: NAMESPACE, identity: name, leaseDurationMs: LEASE_MS },
    });
  }

  get leads(): boolean {
    return this.clock.isAlive && this.manager.isRunning;
  }

  /** Resolves when the process has ended, which is never where it is killed. */
  async run(): Promise<void> {
    this.#world.journal.add(`${this.name} starts`);
    let end = 'as told';
    try {
      await this.manager.run(this.#stop.signal);
    } catch (error) {
      end = findToolkitError(error)?.code ?? String(error);
      if (!ENDS.has(end)) this.#world.journal.violate(`${this.name} ended: ${end}`);
    }
    this.#world.journal.add(`${this.name} ended: ${end}`);
    this.clock.kill();
  }

  /** Tells the process to end in good order. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends the process at once. */
  kill(): void {
    this.#world.journal.add(`${this.name} is killed`);
    this.clock.kill();
  }
}
