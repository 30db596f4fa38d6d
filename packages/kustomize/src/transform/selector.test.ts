import { describe, expect, it } from 'vitest';
import { ResourceMap } from '../accumulate/resource-map.ts';
import { ResourceNode } from '../accumulate/resource-node.ts';
import { selectResources } from './selector.ts';

/** Resources of a few kinds and names, every third of them renamed, every fifth moved, some deleted. */
function manyResources(): ResourceMap {
  const map = new ResourceMap();
  for (let i = 0; i < 60; i++) {
    const kind = ['Service', 'Secret', 'Endpoints'][i % 3] ?? '';
    const metadata = { name: `app-${(i * 7) % 10}`, namespace: `team-${Math.floor(i / 30)}-${i}` };
    map.append(new ResourceNode({ apiVersion: 'v1', kind, metadata }));
  }
  for (const [i, node] of map.nodes.entries()) {
    node.storePreviousId();
    if (i % 3 === 0) node.setName(`app-${i % 10}`);
    if (i % 4 === 0) node.storePreviousId();
    if (i % 4 === 0) node.setName(`${node.name}-blue`);
    if (i % 5 === 0) node.setNamespace('moved');
    node.isDeleted = i % 11 === 0;
    map.noteNames(node);
  }
  map.dropDeleted();
  return map;
}

describe('selectResources()', () => {
  it('finds by a plain name what a pattern for that name finds, in the same order', () => {
    const map = manyResources();
    for (const name of map.nodes.flatMap((node) => [...node.names, 'nobody'])) {
      for (const kind of ['', 'Secret']) {
        const found = selectResources(map, { name, kind });
        // In brackets it is no plain name, so that all resources are looked at.
        expect(found.map(String)).toEqual(selectResources(map, { name: `(${name})`, kind }).map(String));
      }
    }
  });

  it('takes the first name and the last, and none between', () => {
    const map = new ResourceMap();
    const node = new ResourceNode({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } });
    map.append(node);
    for (const name of ['b', 'c']) {
      node.storePreviousId();
      node.setName(name);
      map.noteNames(node);
    }
    const finds = (name: string): boolean => selectResources(map, { name }).length > 0;
    expect(['a', 'b', 'c'].map(finds)).toEqual([true, false, true]);
  });
});
