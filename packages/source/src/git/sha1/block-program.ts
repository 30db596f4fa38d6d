import { CANDIDATE_VECTORS, candidateCode } from './candidate-code.ts';
import { STATE_DISTANCE } from './disturbance-vectors.ts';
import { ROUND_CONSTANTS, ROUND_STEPS, STEPS } from './round-constants.ts';
import { type Code, get, i32, type Local, repeatWhile, set, v128, wasmModule } from './wasm-code.ts';

/** So many blocks are looked at together, one in each lane of a vector. */
export const LANES = 4;
/** The bytes of a block. */
export const BLOCK_BYTES = 64;
/** The words of a state. */
export const STATE_WORDS = 5;
/** The bytes of input that fit in; there is room for the rest of a group of blocks behind them. */
export const INPUT_BYTES: number = 1024 * BLOCK_BYTES;

const WORD_BYTES = 4;
const VECTOR_BYTES = LANES * WORD_BYTES;
const STATE_BYTES = STATE_WORDS * WORD_BYTES;
/** Of earlier steps no states are kept, but for that before the first. */
const FIRST_KEPT_STEP = 40;
/** How many states are kept of each block. */
export const KEPT_STATES: number = 1 + (STEPS - FIRST_KEPT_STEP) / STATE_DISTANCE;

/** Which of the kept states is that before a step. */
export function keptState(step: number): number {
  return 1 + (step - FIRST_KEPT_STEP) / STATE_DISTANCE;
}

/** Where things stand in the memory of the module, in bytes. */
export const LAYOUT: Readonly<Record<'state' | 'keptStates' | 'candidates' | 'words' | 'input', number>> = {
  /** The chaining value after all blocks so far. */
  state: 0,
  /** The kept states of each of the last blocks. */
  keptStates: 32,
  /** The candidates of the last blocks: see {@link candidateCode}. */
  candidates: 768,
  /** The expanded message of the last blocks: the first word of each, the second of each, … */
  words: 800,
  input: 800 + STEPS * VECTOR_BYTES,
};

/** The program, once it can run. */
export interface BlockProgram {
  readonly memory: ArrayBuffer;
  /**
   * Takes in the blocks between two addresses, four at a time, and leaves in memory what {@link LAYOUT} says.
   *
   * @returns The address that it has come to: it stops after blocks with candidates
   */
  compress(address: number, end: number): number;
}

/** What is used of WebAssembly: the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly compress: BlockProgram['compress'];
    };
  };
};

// The locals: two parameters, eight numbers, and vectors.
const [ADDRESS, END, LANE, AT, KEPT_AT] = [0, 1, 2, 3, 4] as const satisfies Local[];
type State = readonly [Local, Local, Local, Local, Local];
const STATE: State = [5, 6, 7, 8, 9];
const FIRST_VECTOR: Local = 10;
const ROWS: readonly Local[] = [10, 11, 12, 13];

const NOWHERE = i32.constant(0);
const advance = (local: Local, by: number): Code => set(local, i32.add(get(local), i32.constant(by)));

/**
 * Builds the program that takes in blocks of SHA-1 and says which of them may be part of a collision. The conditions for
 * that are on the expanded message alone, so that four blocks are expanded and looked at at a time.
 */
export function createBlockProgram(): BlockProgram {
  const { words, candidates } = LAYOUT;
  const findCandidates = candidateCode({ words, candidates, address: AT, firstVector: FIRST_VECTOR });
  const [some, others] = [0, VECTOR_BYTES].map((at) => v128.load(NOWHERE, candidates + at)) as [Code, Code];
  const isLeft = i32.lessThan(get(ADDRESS), get(END));
  const group = [loadWords(), expandWords(), findCandidates, compressLanes()];
  const bytes = wasmModule(
    {
      name: 'compress',
      parameters: 2,
      locals: { i32: 8, v128: CANDIDATE_VECTORS },
      body: [
        repeatWhile(group, i32.and(isLeft, i32.isZero(v128.hasBits(v128.or(some, others))))),
        get(ADDRESS),
      ],
    },
    Math.ceil((LAYOUT.input + INPUT_BYTES + LANES * BLOCK_BYTES) / 65_536),
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return { memory: exports.memory.buffer, compress: exports.compress };
}

/** Turns four rows of big-endian words into columns, four words of each at a time. */
function loadWords(): Code {
  const [low, high] = [lanes(0, 4, 1, 5), lanes(2, 6, 3, 7)];
  const [left, right] = [lanes(0, 1, 4, 5), lanes(2, 3, 6, 7)];
  const turned = lanes(0, 1, 2, 3).map((byte) => byte ^ 3);
  const [a, b, c, d] = ROWS.map(get) as [Code, Code, Code, Code];
  const column = (half: number[], side: number[]): Code =>
    v128.shuffle(v128.shuffle(a, b, half), v128.shuffle(c, d, half), side);
  const columns = [column(low, left), column(low, right), column(high, left), column(high, right)];
  const loadRows = ROWS.map((row, n) => [
    set(row, v128.load(i32.add(get(ADDRESS), get(AT)), n * BLOCK_BYTES)),
    set(row, v128.shuffle(get(row), get(row), turned)),
  ]);
  const wordsAt = i32.shiftLeft(get(AT), Math.log2(LANES));
  const storeColumns = columns.map((words, n) => v128.store(wordsAt, LAYOUT.words + n * VECTOR_BYTES, words));
  const isLeft = i32.lessThan(get(AT), i32.constant(BLOCK_BYTES));
  return [set(AT, NOWHERE), repeatWhile([loadRows, storeColumns, advance(AT, VECTOR_BYTES)], isLeft)];
}

/** The bytes of four words, by their index in two vectors. */
function lanes(...indexes: number[]): number[] {
  return indexes.flatMap((index) => [0, 1, 2, 3].map((byte) => index * WORD_BYTES + byte));
}

/** Makes eighty words of sixteen (FIPS 180-4, 6.1.2, step 1). */
function expandWords(): Code {
  const wordAt = (step: number): number => LAYOUT.words + step * VECTOR_BYTES;
  const [mixed = 0] = ROWS;
  const mix = [13, 8, 2, 0].map((step) => v128.load(get(AT), wordAt(step))).reduce(v128.xor);
  const rotated = v128.or(v128.shiftLeft(get(mixed), 1), v128.shiftRight(get(mixed), 31));
  const expandOne = [set(mixed, mix), v128.store(get(AT), wordAt(16), rotated)];
  const isLeft = i32.lessThan(get(AT), i32.constant((STEPS - 16) * VECTOR_BYTES));
  return [set(AT, NOWHERE), repeatWhile([expandOne, advance(AT, VECTOR_BYTES)], isLeft)];
}

/** Goes through the steps of SHA-1 for each block that there is. */
function compressLanes(): Code {
  const stateAt = (n: number): number => LAYOUT.state + n * WORD_BYTES;
  const begin = STATE.map((local, n) => set(local, i32.load(NOWHERE, stateAt(n))));
  const add = STATE.map((local, n) =>
    i32.store(NOWHERE, stateAt(n), i32.add(i32.load(NOWHERE, stateAt(n)), get(local))),
  );
  const rounds = [0, 1, 2, 3].map(compressRound);
  const next = [advance(ADDRESS, BLOCK_BYTES), advance(LANE, WORD_BYTES)];
  const isLeft = i32.and(
    i32.lessThan(get(LANE), i32.constant(VECTOR_BYTES)),
    i32.lessThan(get(ADDRESS), get(END)),
  );
  return [
    [set(LANE, NOWHERE), set(KEPT_AT, NOWHERE)],
    repeatWhile([begin, keepState(), set(AT, get(LANE)), rounds, add, next], isLeft),
  ];
}

/** Twenty steps. After each five, what has been renamed has its name again. */
function compressRound(round: number): Code {
  const steps: Code[] = [];
  let state = STATE;
  for (let step = 0; step < STATE_WORDS; step++) {
    steps.push(compressStep(round, i32.load(get(AT), LAYOUT.words + step * VECTOR_BYTES), state));
    const [a, b, c, d, e] = state;
    state = [e, a, b, c, d];
  }
  const keep = round * ROUND_STEPS >= FIRST_KEPT_STEP ? keepState() : [];
  const end = i32.add(get(LANE), i32.constant((round + 1) * ROUND_STEPS * VECTOR_BYTES));
  return repeatWhile([keep, steps, advance(AT, STATE_WORDS * VECTOR_BYTES)], i32.lessThan(get(AT), end));
}

function keepState(): Code {
  const store = STATE.map((local, n) =>
    i32.store(get(KEPT_AT), LAYOUT.keptStates + n * WORD_BYTES, get(local)),
  );
  return [store, advance(KEPT_AT, STATE_BYTES)];
}

/** A step of FIPS 180-4, 6.1.2, which renames the variables instead of moving their values. */
function compressStep(round: number, word: Code, [a, b, c, d, e]: State): Code {
  const constant = i32.constant(ROUND_CONSTANTS[round] ?? 0);
  const mixed = roundFunction(round, get(b), get(c), get(d));
  const sum = [get(e), word, constant, mixed, i32.rotateLeft(get(a), 5)].reduce(i32.add);
  return [set(e, sum), set(b, i32.rotateLeft(get(b), 30))];
}

/** Ch, Parity and Maj of FIPS 180-4, 4.1.1. */
function roundFunction(round: number, x: Code, y: Code, z: Code): Code {
  if (round === 0) return i32.xor(z, i32.and(x, i32.xor(y, z)));
  if (round === 2) return i32.or(i32.and(x, y), i32.and(z, i32.or(x, y)));
  return i32.xor(x, i32.xor(y, z));
}
