import type { KubeObject } from '../../packages/core/src/index.ts';
import { isNotFound, type KubeClient } from '../../packages/kube/src/index.ts';
import { SeededRandom } from '../../bench/seeded-random.ts';

type ConfigMap = KubeObject & { data?: Record<string, string> };

const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
const NAMES = 40;

/**
 * Creates, changes and deletes sources, and spoils and deletes their copies, the same way for the same seed:
 * what it does next depends on what it did, and never on what a controller did meanwhile.
 */
export class Churn {
  /** What the sources say in the end, by name. */
  readonly sources: Map<string, string> = new Map();
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #random: SeededRandom;
  #value = 0;

  constructor(options: { readonly client: KubeClient; readonly namespace: string; readonly seed: number }) {
    this.#client = options.client;
    this.#namespace = options.namespace;
    this.#random = new SeededRandom(options.seed);
  }

  /** Whoever starts later would see less of what happens. */
  async waitForController(): Promise<void> {
    await this.#create('first', '0');
    while (!(await this.#client.find(this.#ref('first.copy')))) await pause();
    await this.#delete('first');
  }

  async step(): Promise<void> {
    const name = `object-${this.#random.below(NAMES)}`;
    const action = this.#random.below(10);
    const value = String(++this.#value);
    if (!this.sources.has(name)) await this.#create(name, value);
    else if (action < 5) await this.#change(name, value);
    else if (action < 7) await this.#delete(name);
    else if (action < 9) await unlessGone(this.#patch(`${name}.copy`, { data: { value: 'spoilt' } }));
    else await unlessGone(this.#client.delete(this.#ref(`${name}.copy`)));
  }

  async #create(name: string, value: string): Promise<void> {
    const metadata = { namespace: this.#namespace, name, labels: { 'example.com/source': 'true' } };
    await this.#client.create<ConfigMap>({ ...kind, metadata, data: { value } });
    this.sources.set(name, value);
  }

  async #change(name: string, value: string): Promise<void> {
    await this.#patch(name, { data: { value } });
    this.sources.set(name, value);
  }

  /** To the end, so that the name is free again whenever the next step wants it. */
  async #delete(name: string): Promise<void> {
    await this.#client.delete(this.#ref(name));
    while (await this.#client.find(this.#ref(name))) await pause();
    this.sources.delete(name);
  }

  #patch(name: string, body: unknown): Promise<unknown> {
    return this.#client.patch(this.#ref(name), { type: 'merge', body });
  }

  #ref(name: string): { apiVersion: string; kind: string; namespace: string; name: string } {
    return { ...kind, namespace: this.#namespace, name };
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

async function unlessGone(write: Promise<unknown>): Promise<void> {
  await write.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

/** What the world looks like when a controller is done: sources with their finalizer, and their copies. */
export function settledState(sources: ReadonlyMap<string, string>): string[] {
  return [...sources]
    .flatMap(([name, value]) => [
      `${name}: ${value}, kept by example.com/copy`,
      `${name}.copy: ${value}, owned by ${name}`,
    ])
    .toSorted(byCode);
}

/** The same of a namespace as it is. */
export async function stateOf(client: KubeClient, namespace: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { metadata, data } of client.listAll<ConfigMap>(kind, { namespace })) {
    const { name, finalizers = [], ownerReferences = [] } = metadata;
    const kept = finalizers.map((finalizer) => `, kept by ${finalizer}`);
    const owned = ownerReferences.map((owner) => `, owned by ${owner.name}`);
    lines.push(`${name}: ${data?.['value']}${[...kept, ...owned].join('')}`);
  }
  return lines.toSorted(byCode);
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : 1;
}
