import { bitConditions, FIRST_CONDITION_STEP, type MessageBit } from './bit-conditions.ts';
import { FIRST_VECTOR_STEP, VECTOR_CLASSES, type VectorClass } from './disturbance-vectors.ts';
import { type Code, get, i32, type Local, repeatWhile, set, v128 } from './wasm-code.ts';

/** Where the code finds and leaves things. */
export interface CandidatePlaces {
  /** The expanded message of four blocks: the first word of each, the second of each, … */
  readonly words: number;
  /** Four words of candidates by one pair of classes of vectors, then four by the other. */
  readonly candidates: number;
  /** A local of 32 bits. */
  readonly address: Local;
  /** The first of {@link CANDIDATE_VECTORS} locals of 128 bits. */
  readonly firstVector: Local;
}

/** How the bits stand that conditions are about, once they have been moved together: 0 to 7 and 28 to 30. */
const BITS = [0, 1, 2, 3, 4, 5, 6, 7, 28, 29, 30];
/** Half as many steps as there are conditions for: a word has room for the bits of two of them. */
const HALF_STEPS = 15;
const VECTOR_BYTES = 16;

/** The locals that are needed: for each bit a column with its values in all steps, and two more. */
export const CANDIDATE_VECTORS: number = BITS.length + 2;

/**
 * Makes the code that leaves for each of four blocks the disturbance vectors that it may be part of an attack by: in the
 * half word of their class, as a bit by their step, from {@link FIRST_VECTOR_STEP} on. All vectors of a class are looked at at once, as
 * their conditions are the same but for the step.
 */
export function candidateCode({ words, candidates, address, firstVector }: CandidatePlaces): Code {
  const [packed, ruledOut] = [firstVector, firstVector + 1];
  const columns = new Map(BITS.map((bit, n) => [bit, firstVector + 2 + n]));
  const column = ({ step, bit }: MessageBit): Code => {
    const bits = FIRST_VECTOR_STEP + step - FIRST_CONDITION_STEP;
    const values = get(columns.get(bit) ?? 0);
    return bits < 0 ? v128.shiftLeft(values, -bits) : v128.shiftRight(values, bits);
  };
  const candidatesOf = (vectors: VectorClass): Code => [
    set(ruledOut, ruleOut(vectors, column)),
    v128.andNot(v128.constant(stepBits(vectors.steps)), get(ruledOut)),
  ];
  const stores = VECTOR_CLASSES.map(([low, high], n) => {
    const both = v128.or(candidatesOf(low), v128.shiftLeft(candidatesOf(high), 16));
    return v128.store(i32.constant(0), candidates + n * VECTOR_BYTES, both);
  });
  return [collectColumns([...columns.values()], { words, address, packed }), stores];
}

/** Goes through the steps, the last first, two at a time, and shifts their bits into the columns. */
function collectColumns(
  columns: readonly Local[],
  { words, address, packed }: { readonly words: number; readonly address: Local; readonly packed: Local },
): Code {
  const from = words + FIRST_CONDITION_STEP * VECTOR_BYTES;
  const low = moveTogether(v128.load(get(address), from));
  const high = moveTogether(v128.load(get(address), from + HALF_STEPS * VECTOR_BYTES));
  const collect = columns.map((column, n) => {
    const bits = v128.and(v128.shiftRight(get(packed), n), v128.constant(0x0001_0001));
    return set(column, v128.or(v128.shiftLeft(get(column), 1), bits));
  });
  const join = columns.map((column) => {
    const later = v128.and(v128.shiftRight(get(column), 1), v128.constant(0x3fff_8000));
    return set(column, v128.or(v128.and(get(column), v128.constant(0x7fff)), later));
  });
  return [
    columns.map((column) => set(column, v128.constant(0))),
    set(address, i32.constant(HALF_STEPS * VECTOR_BYTES)),
    repeatWhile(
      [
        set(address, i32.add(get(address), i32.constant(-VECTOR_BYTES))),
        set(packed, v128.or(low, v128.shiftLeft(high, 16))),
        collect,
      ],
      get(address),
    ),
    join,
  ];
}

/** The bits that conditions are about, in the eleven lowest places. */
function moveTogether(word: Code): Code {
  const highest = v128.and(v128.shiftRight(word, 20), v128.constant(0x700));
  return v128.or(v128.and(word, v128.constant(0xff)), highest);
}

/** The vectors of a class of which some condition does not hold. */
function ruleOut(vectors: VectorClass, column: (bit: MessageBit) => Code): Code {
  const failed = bitConditions(vectors).map(({ bits: [first, second], differ, steps }) => {
    const different = v128.xor(column(first), column(second));
    return (differ ? v128.andNot : v128.and)(v128.constant(stepBits(steps)), different);
  });
  return failed.reduce(v128.or);
}

function stepBits(steps: readonly number[]): number {
  return steps.reduce((bits, step) => bits | (1 << (step - FIRST_VECTOR_STEP)), 0);
}
