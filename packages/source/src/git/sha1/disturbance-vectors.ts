import { STEPS } from './round-constants.ts';

/** How a kind of collision attack changes the words of a message: I(K,b) or II(K,b) in the literature. */
export interface DisturbanceVector {
  readonly type: 'I' | 'II';
  /** The first of the fifteen steps without disturbances: K. */
  readonly step: number;
  /** The bit of the disturbance that ends them: b. */
  readonly bit: 0 | 2;
}

/** Disturbance vectors that differ only in their step. */
export interface VectorClass extends Omit<DisturbanceVector, 'step'> {
  readonly steps: readonly number[];
}

/**
 * The disturbance vectors of all attacks on SHA-1 that are thought to be feasible, in two pairs of classes.
 *
 * @see Stevens, "Counter-cryptanalysis" (CRYPTO 2013), and Stevens and Shumow, "Speeding up detection of SHA-1 collision
 *   attacks using unavoidable attack conditions" (USENIX Security 2017)
 */
export const VECTOR_CLASSES: readonly (readonly [VectorClass, VectorClass])[] = [
  [
    { type: 'I', bit: 0, steps: [43, 44, 45, 46, 47, 48, 49, 50, 51, 52] },
    { type: 'I', bit: 2, steps: [46, 47, 48, 49, 50, 51] },
  ],
  [
    { type: 'II', bit: 0, steps: [45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56] },
    { type: 'II', bit: 2, steps: [46, 49, 50, 51] },
  ],
];

/** The smallest step of a vector. */
export const FIRST_VECTOR_STEP = 43;

/** The steps before which states are kept: every fifth. */
export const STATE_DISTANCE = 5;

/** A step before which the messages of an attack have the same state, as all disturbances so far have been corrected. */
export function commonStep({ step }: DisturbanceVector): number {
  return Math.ceil((step + 9) / STATE_DISTANCE) * STATE_DISTANCE;
}

/** A disturbance has corrections in so many steps after it. */
const CORRECTIONS = 5;

/** What the 80 words of the other message of an attack differ by (XOR). */
export function messageDifference(vector: DisturbanceVector): Int32Array {
  const disturbances = expand(vector);
  const at = (step: number): number => disturbances[step + CORRECTIONS]!;
  return Int32Array.from({ length: STEPS }, (_, t) => {
    const rotated = at(t - 3) ^ at(t - 4) ^ at(t - 5);
    return at(t) ^ rotateLeft(at(t - 1), 5) ^ at(t - 2) ^ rotateLeft(rotated, 30);
  });
}

/** The disturbances from step -5 on, which obey the rule by which SHA-1 expands a message, forward and backward. */
function expand({ type, step, bit }: DisturbanceVector): Int32Array {
  const all = new Int32Array(STEPS + CORRECTIONS);
  const first = step + CORRECTIONS;
  if (type === 'II') all[first + 1] = all[first + 3] = rotateLeft(1, bit + 31);
  all[first + 15] = rotateLeft(1, bit);
  for (let t = first + 16; t < all.length; t++)
    all[t] = rotateLeft(all[t - 3]! ^ all[t - 8]! ^ all[t - 14]! ^ all[t - 16]!, 1);
  for (let t = first - 1; t >= 0; t--)
    all[t] = rotateLeft(all[t + 16]!, 31) ^ all[t + 13]! ^ all[t + 8]! ^ all[t + 2]!;
  return all;
}

/** Rotates a word of 32 bits. */
export function rotateLeft(word: number, bits: number): number {
  return (word << (bits & 31)) | (word >>> (-bits & 31));
}
