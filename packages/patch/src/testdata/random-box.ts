import type { Schema } from '@gitops-toolkit/schema';

const TEXT: Schema = { type: 'string' };

/** A kind with maps, structs, sets and keyed lists, which merge the same way under every rule. */
export const BOX_SCHEMA: Schema = {
  type: 'object',
  properties: {
    color: TEXT,
    count: { type: 'integer' },
    labels: { type: 'object', additionalProperties: TEXT },
    inner: { type: 'object', properties: { a: TEXT, b: TEXT } },
    tags: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' },
    plain: { type: 'array', items: TEXT },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'id',
      items: { type: 'object', properties: { id: TEXT, value: TEXT, note: TEXT } },
    },
  },
};

/** Makes boxes that are the same for the same seed. */
export class RandomBoxes {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): Record<string, unknown> {
    return this.#some({
      color: this.#pick(['red', 'blue']),
      count: this.#pick([1, 2]),
      labels: this.#some({ x: this.#pick(['1', '2']), y: '1', z: '1' }),
      inner: this.#some({ a: this.#pick(['1', '2']), b: '1' }),
      tags: this.#shuffle(['p', 'q', 'r', 's']),
      plain: this.#shuffle(['p', 'q']),
      parts: this.#shuffle(['i', 'j', 'k']).map((id) => ({ id, ...this.#some({ value: this.#pick(['1', '2']), note: 'n' }) })),
    });
  }

  #random(): number {
    this.#state = (this.#state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#state / 2_147_483_648;
  }

  #pick<T>(options: readonly T[]): T {
    return options[Math.floor(this.#random() * options.length)] as T;
  }

  #some<T extends object>(fields: T): Record<string, unknown> {
    return Object.fromEntries(Object.entries(fields).filter(() => this.#random() < 0.7));
  }

  #shuffle(items: readonly string[]): string[] {
    return items
      .filter(() => this.#random() < 0.6)
      .map((item) => ({ item, at: this.#random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}
