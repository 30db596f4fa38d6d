/** Chance that can be had again. */
export interface Random {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** A whole number below the limit. */
  below(limit: number): number;
  /** A time between two, in milliseconds. */
  between(fromMs: number, toMs: number): number;
  pick<V>(values: readonly V[]): V;
  /** Chance of its own, which draws nothing from this one later. */
  fork(): Random;
}

/** The same numbers for the same seed: mulberry32. */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (fromMs, toMs) => Math.round(fromMs + (toMs - fromMs) * next()),
    pick: <V>(values: readonly V[]) => values[below(values.length)] as V,
    fork: () => seededRandom(below(0x7fff_ffff)),
  };
}
