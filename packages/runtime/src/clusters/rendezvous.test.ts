import { describe, expect, it } from 'vitest';

import { ownerOf } from './rendezvous.ts';

const clusters = Array.from({ length: 1000 }, (_, i) => `fleet/cluster-${i}`);

function sharesOf(peers: readonly string[]): Map<string, string | undefined> {
  return new Map(clusters.map((cluster) => [cluster, ownerOf(cluster, peers)]));
}

describe('2.13 clusters of several replicas', () => {
  it('are shared about evenly, whatever the order in which peers are known', () => {
    const shares = sharesOf(['a', 'b', 'c', 'd']);
    expect(sharesOf(['d', 'b', 'c', 'a'])).toEqual(shares);
    for (const peer of ['a', 'b', 'c', 'd']) {
      const count = [...shares.values()].filter((owner) => owner === peer).length;
      expect(count).toBeGreaterThan(200);
      expect(count).toBeLessThan(300);
    }
  });

  it('move only to a peer that comes, or away from one that goes', () => {
    const [before, after] = [sharesOf(['a', 'b', 'c']), sharesOf(['a', 'b', 'c', 'd'])];
    const moved = clusters.filter((cluster) => before.get(cluster) !== after.get(cluster));
    expect(moved.every((cluster) => after.get(cluster) === 'd')).toBe(true);
    expect(moved.length).toBeGreaterThan(200);
    expect(moved.length).toBeLessThan(300);
  });

  it('are nobody’s where there is no peer', () => {
    expect(ownerOf('fleet/a', [])).toBeUndefined();
  });
});
