import type { VectorClass } from './disturbance-vectors.ts';

/** A bit of the expanded message, by its step relative to that of the vector. */
export interface MessageBit {
  readonly step: number;
  readonly bit: number;
}

/** Whether two bits must differ, or must be the same, in a block that is part of an attack by some vectors of a class. */
export interface BitCondition {
  readonly bits: readonly [MessageBit, MessageBit];
  readonly differ: boolean;
  /** The steps of these vectors. */
  readonly steps: readonly number[];
}

/** Conditions are known for bits of these steps. */
export const FIRST_CONDITION_STEP = 35;
export const LAST_CONDITION_STEP = 64;

/** Two bits, the earlier first, as steps and bits relative to those of a vector, and between which steps of vectors. */
type Rule = readonly [...bits: [number, number, number, number], differ: 0 | 1, from?: number, to?: number];

/** At the last disturbance, those of its corrections that are in reach. */
const LAST_DISTURBANCE: readonly Rule[] = [[15, 0, 16, 5, 1]];

/**
 * The unavoidable conditions by type and bit. Vectors that differ only in their step have the same conditions at other
 * steps, but for those near the steps 40 and 60, where the function of SHA-1 changes.
 *
 * @see Stevens and Shumow, "Speeding up detection of SHA-1 collision attacks using unavoidable attack conditions"
 */
const RULES: Readonly<Record<`${'I' | 'II'} ${0 | 2}`, readonly Rule[]>> = {
  'I 0': [
    ...LAST_DISTURBANCE,
    [-16, 3, -12, 28, 0, 51, 51],
    [-14, 4, -13, 4, 1, 50],
    [-13, 4, -9, 29, 0],
    [-10, 4, -8, 29, 0, 48],
    [-10, 4, -7, 29, 0, 47],
    [-10, 4, -6, 29, 0],
    [-6, 4, -4, 4, 1],
    [-6, 4, -4, 29, 0, 44],
    [-6, 4, -3, 29, 0],
    [-6, 4, -2, 4, 0],
    [-6, 4, -1, 29, 1],
    [-6, 4, 0, 4, 1],
    [-6, 4, 1, 29, 0],
    [-6, 4, 3, 29, 1],
    [-6, 4, 4, 29, 1],
    [15, 0, 20, 30, 1],
    [18, 1, 19, 6, 1],
  ],
  'I 2': [
    ...LAST_DISTURBANCE,
    [-16, 3, -12, 28, 0],
    [-14, 31, -14, 4, 0, 51],
    [-14, 31, -13, 4, 1],
    [-11, 31, -10, 4, 1],
    [-11, 31, -9, 31, 1, 49],
    [-7, 31, -6, 4, 1],
    [-7, 31, -4, 4, 1],
    [-7, 31, -2, 4, 1],
    [-7, 31, 0, 4, 1],
    [-7, 31, 1, 31, 1],
  ],
  'II 0': [
    ...LAST_DISTURBANCE,
    [-18, 4, -16, 4, 1, 54],
    [-18, 4, -16, 29, 0, 56],
    [-18, 4, -15, 29, 0, 55],
    [-16, 4, -14, 4, 1, 52],
    [-16, 4, -13, 29, 0, 53],
    [-13, 30, -12, 3, 1, 48, 52],
    [-12, 3, -8, 28, 0],
    [-12, 4, -8, 29, 0],
    [-9, 4, -7, 29, 0, 47],
    [-9, 4, -6, 29, 0, 46],
    [-9, 4, -5, 29, 0],
    [-4, 4, -2, 29, 0],
    [-4, 4, -1, 29, 0],
    [-4, 4, 0, 29, 0],
    [2, 4, 4, 29, 0, 45, 55],
    [4, 29, 5, 29, 0, 45, 54],
    [5, 29, 8, 29, 1, 45, 53],
    [7, 29, 8, 29, 0, 45, 52],
    [4, 4, 8, 29, 0],
    [18, 1, 19, 6, 1],
  ],
  'II 2': [
    ...LAST_DISTURBANCE,
    [-13, 30, -12, 3, 1, 49],
    [-13, 30, -8, 28, 1, 49],
    [-10, 31, -9, 4, 1],
    [-10, 31, -8, 31, 1, 49],
    [-5, 31, -4, 4, 1],
    [-5, 31, -3, 31, 1],
    [1, 31, 5, 31, 1],
    [2, 4, 5, 31, 0],
    [4, 4, 5, 31, 0],
  ],
};

/** The conditions of all vectors of a class. */
export function bitConditions({ type, bit, steps }: VectorClass): BitCondition[] {
  return RULES[`${type} ${bit}`].map(([step1, bit1, step2, bit2, differ, from = 0, to = 80]) => {
    const first = { step: step1, bit: (bit1 + bit) & 31 };
    const second = { step: step2, bit: (bit2 + bit) & 31 };
    const isKnown = (step: number): boolean =>
      step + step1 >= FIRST_CONDITION_STEP && step + step2 <= LAST_CONDITION_STEP;
    const concerned = steps.filter((step) => step >= from && step <= to && isKnown(step));
    return { bits: [first, second], differ: differ === 1, steps: concerned };
  });
}
