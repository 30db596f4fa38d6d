import { commonStep, type DisturbanceVector, messageDifference, rotateLeft } from './disturbance-vectors.ts';
import { ROUND_CONSTANTS, ROUND_STEPS, STEPS } from './round-constants.ts';

/** What is known of a block whose steps have been gone through. */
export interface CompressedBlock {
  /** The eighty words of the expanded message. */
  readonly message: Int32Array;
  /** The five words of the state before a step, for the first and every fifth of the last forty. */
  stateBefore(step: number): Int32Array;
}

// As signed numbers, which are as quick as the words they are added to.
const [K0, K1, K2, K3] = ROUND_CONSTANTS.map((constant) => constant | 0) as [number, number, number, number];
const differences = new Map<DisturbanceVector, Int32Array>();
// A block in twenty comes here: what each would allocate is kept.
const other = new Int32Array(STEPS);
const [end, otherStart, otherEnd] = [new Int32Array(5), new Int32Array(5), new Int32Array(5)];

/**
 * Whether a block is one of two that collide by a disturbance vector: the other, which differs by the message difference
 * of the vector and has the same state at one step, is computed from there in both directions, and ends with the same
 * chaining value.
 */
export function collides(block: CompressedBlock, vector: DisturbanceVector): boolean {
  const common = commonStep(vector);
  const [start, middle] = [block.stateBefore(0), block.stateBefore(common)];
  makeOther(block.message, vector);
  goForward(middle, end, block.message, common);
  goForward(middle, otherEnd, other, common);
  goBackward(middle, otherStart, other, common);
  for (let n = 0; n < 5; n++)
    if (((start[n]! + end[n]!) | 0) !== ((otherStart[n]! + otherEnd[n]!) | 0)) return false;
  return true;
}

function makeOther(message: Int32Array, vector: DisturbanceVector): void {
  let difference = differences.get(vector);
  if (!difference) differences.set(vector, (difference = messageDifference(vector)));
  for (let t = 0; t < STEPS; t++) other[t] = message[t]! ^ difference[t]!;
}

/** Puts the state after the last step into a place, from that before step `from`. */
function goForward(state: Int32Array, into: Int32Array, message: Int32Array, from: number): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let t = from; t < STEPS; t++) {
    const next = (rotateLeft(a, 5) + added(t, b, c, d) + e + message[t]!) | 0;
    e = d;
    d = c;
    c = rotateLeft(b, 30);
    b = a;
    a = next;
  }
  keep(into, a, b, c, d, e);
}

/** Puts the state before the first step into a place, from that before step `from`. */
function goBackward(state: Int32Array, into: Int32Array, message: Int32Array, from: number): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let t = from - 1; t >= 0; t--) {
    const before = rotateLeft(c, 2);
    const last = (a - rotateLeft(b, 5) - added(t, before, d, e) - message[t]!) | 0;
    a = b;
    b = before;
    c = d;
    d = e;
    e = last;
  }
  keep(into, a, b, c, d, e);
}

function keep(into: Int32Array, a: number, b: number, c: number, d: number, e: number): void {
  into[0] = a;
  into[1] = b;
  into[2] = c;
  into[3] = d;
  into[4] = e;
}

/** The constant of a step and what its function makes of three words (FIPS 180-4, 4.1.1 and 4.2.1). */
function added(step: number, b: number, c: number, d: number): number {
  if (step < ROUND_STEPS) return (K0 + (d ^ (b & (c ^ d)))) | 0;
  if (step < 2 * ROUND_STEPS) return (K1 + (b ^ c ^ d)) | 0;
  if (step < 3 * ROUND_STEPS) return (K2 + ((b & c) | (d & (b | c)))) | 0;
  return (K3 + (b ^ c ^ d)) | 0;
}
