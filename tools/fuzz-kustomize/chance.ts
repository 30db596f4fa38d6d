import { SeededRandom } from '../../bench/seeded-random.ts';

/** Random choices of the kind that trees of files are made of. */
export class Chance extends SeededRandom {
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One of some values; each may be given as a function. */
  one<T>(...items: readonly [T, ...T[]]): T {
    return this.pick(items);
  }

  /** From `least` to `most` things. */
  some<T>(least: number, most: number, make: (i: number) => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, i) => make(i));
  }

  /** A value now and then; otherwise nothing, so that a spread leaves the field out. */
  maybe<T extends object>(n: number, make: () => T): T | Record<string, never> {
    return this.oneIn(n) ? make() : {};
  }
}
