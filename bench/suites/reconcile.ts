import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Side } from '../benchmark.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { ControllersProcess } from './reconcile/controllers-process.ts';
import type { Usage } from './reconcile/controllers.ts';
import { Fleet } from './reconcile/fleet.ts';

const DEFAULT_SIZE = 20;
const EVENTS_MS = 500;
const PACKAGES = [
  'core',
  'yaml',
  'schema',
  'patch',
  'api',
  'source',
  'kustomize',
  'kube',
  'apply',
  'runtime',
  'controllers',
];

/** Many Kustomizations with a GitRepository each, from nothing to applied, then a new commit to all of them. */
export const bench: Benchmark = {
  name: 'reconcile',
  rounds: 3,
  options: { n: { type: 'string' } },
  async *comparisons({ n }) {
    const size = Number(n ?? DEFAULT_SIZE);
    if (!(size >= 1)) throw new Error(`--n takes a number from 1, not ${n}`);
    const kind = process.env['KUBEBUILDER_ASSETS'] ? 'binaries' : 'embedded';
    const entries = packageEntries(PACKAGES);
    await using world = new World(size, kind, entries);
    yield {
      title: `${size} Kustomizations of 4 objects each, on ${kind === 'binaries' ? 'the real kube-apiserver' : 'the embedded server'}`,
      notes: [
        'seconds are from the first object created or patched to the last status; the rest is of the controllers alone',
        ...(kind === 'binaries' ? [] : ['KUBEBUILDER_ASSETS is not set: no real API server']),
        ...notesOn(entries),
      ],
      ours: world.phases(),
    };
  },
};

/** What the phases of a round share. */
class World implements AsyncDisposable {
  readonly #size: number;
  readonly #kind: 'binaries' | 'embedded';
  readonly #entries: PackageEntries;
  #resources = new AsyncDisposableStack();
  #running: { readonly fleet: Fleet; readonly controllers: ControllersProcess } | undefined;

  constructor(size: number, kind: 'binaries' | 'embedded', entries: PackageEntries) {
    this.#size = size;
    this.#kind = kind;
    this.#entries = entries;
  }

  /** In this order: the second goes on where the first has ended. */
  phases(): Side[] {
    return [
      this.#phase('install', () => this.#install()),
      this.#phase('new commit', () => this.#measure((fleet) => fleet.release('v2'))),
    ];
  }

  #phase(name: string, run: () => Promise<Usage & { readonly seconds: number }>): Side {
    let requests: Usage['requests'] = {};
    return {
      name,
      measure: async () => {
        const { seconds, cpuSeconds, peakMib, requests: made } = await run();
        requests = made;
        return {
          seconds,
          perSecond: this.#size / seconds,
          requestsEach: sum(made) / this.#size,
          cpuSecondsEach: cpuSeconds / this.#size,
          peakMib,
        };
      },
      details: () => this.#describe(requests),
    };
  }

  /** The kinds of requests, the most frequent first; what the election of a leader costs is told apart. */
  #describe(requests: Usage['requests']): string[] {
    const kinds = Object.entries(requests).toSorted(([, a], [, b]) => b - a);
    const leases = kinds.filter(([name]) => name.endsWith(' leases'));
    const lines = kinds.map(([name, count]) => `${(count / this.#size).toFixed(2)} ${name}`);
    return [...lines, `${sum(Object.fromEntries(leases))} requests in all for leases, counted above`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  /** On new servers, so that every round begins with nothing. */
  async #install(): Promise<Usage & { readonly seconds: number }> {
    await this.#resources[Symbol.asyncDispose]();
    this.#resources = new AsyncDisposableStack();
    const fleet = this.#resources.use(await Fleet.start(this.#size, this.#kind));
    const { namespace, server } = fleet;
    const temporary = this.#resources.use(new TemporaryFolder());
    const options = { config: server.config, namespace, entries: this.#entries, temporary };
    const controllers = this.#resources.use(await ControllersProcess.start(options));
    this.#running = { fleet, controllers };
    return this.#measure(() => fleet.install());
  }

  async #measure(begin: (fleet: Fleet) => Promise<void>): Promise<Usage & { readonly seconds: number }> {
    if (!this.#running) throw new Error('a phase needs the one before');
    const { fleet, controllers } = this.#running;
    await controllers.takeUsage();
    const started = performance.now();
    await begin(fleet);
    await controllers.whileRunning(fleet.applied());
    const seconds = (performance.now() - started) / 1000;
    // The last events are still on their way.
    await sleep(EVENTS_MS);
    return { ...(await controllers.takeUsage()), seconds };
  }
}

function sum(requests: Usage['requests']): number {
  return Object.values(requests).reduce((total, count) => total + count, 0);
}
