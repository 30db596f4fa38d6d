import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { randomFrom } from '../testing/random.ts';
import { configMap } from '../testing/scripted-list-watch.ts';
import type { ObjectChange } from './object-change.ts';
import { Store } from './store.ts';

/** What a handler would know that only hears of changes: versions by uid. */
function follow(known: Map<string, string>, changes: readonly ObjectChange[]): string[] {
  const problems: string[] = [];
  for (const { type, object } of changes) {
    const { uid = '', resourceVersion = '' } = object.metadata;
    if (known.has(uid) !== (type !== 'added')) problems.push(`${type} of ${uid}`);
    if (type === 'deleted') known.delete(uid);
    else known.set(uid, resourceVersion);
  }
  return problems;
}

describe('2.1 Store under random use', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'tells a consistent story, and its indexes hold what it holds (seed %i)',
    (seed) => {
      const random = randomFrom(seed);
      const store = new Store<KubeObject>({ freeze: false });
      store.addIndex('color', (object) => [object.metadata.labels?.['color'] ?? 'none']);
      const known = new Map<string, string>();
      const problems: string[] = [];
      let version = 0;
      const next = (): KubeObject => {
        const name = `map-${random(8)}`;
        const uid = `${name}-${random(3)}`;
        return configMap(name, String(++version), {
          uid,
          labels: { color: ['red', 'green', 'blue'][random(3)] ?? '' },
        });
      };
      for (let step = 0; step < 1500; step++) {
        const action = random(10);
        if (action < 5) problems.push(...follow(known, store.set(next())));
        else if (action < 8) problems.push(...follow(known, store.delete(next())));
        else {
          const objects = new Map(
            Array.from({ length: random(8) }, next).map((object) => [object.metadata.name, object]),
          );
          problems.push(...follow(known, store.replace([...objects.values()])));
        }
      }
      const held = new Map(store.list().map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
      expect(problems).toEqual([]);
      expect(held).toEqual(known);
      const indexed = ['red', 'green', 'blue', 'none'].flatMap((color) => store.byIndex('color', color));
      expect(new Set(indexed)).toEqual(new Set(store.list()));
      expect(store.size).toBe(known.size);
    },
  );
});
