import {
  BLOCK_BYTES,
  type BlockProgram,
  createBlockProgram,
  INPUT_BYTES,
  KEPT_STATES,
  keptState,
  LANES,
  LAYOUT,
  STATE_WORDS,
} from './block-program.ts';
import { type DisturbanceVector, FIRST_VECTOR_STEP, VECTOR_CLASSES } from './disturbance-vectors.ts';
import { collides, type CompressedBlock } from './recompression.ts';
import { STEPS } from './round-constants.ts';

/** What SHA-1 says of some bytes. */
export interface Sha1 {
  /** In lower-case hex. */
  readonly digest: string;
  /** Whether the bytes are one of two messages that were made to have the same digest. */
  readonly collision: boolean;
}

const INITIAL_STATE = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
/** The byte that ends the message, and its length in bits. */
const TRAILER_BYTES = 9;

/** For each pair of classes, the vectors at the places of their bits among the candidates. */
const VECTORS: readonly (readonly (DisturbanceVector | undefined)[])[] = VECTOR_CLASSES.map((pair) => {
  const vectors: (DisturbanceVector | undefined)[] = Array.from({ length: 32 });
  for (const [half, { type, bit, steps }] of pair.entries())
    for (const step of steps) vectors[half * 16 + step - FIRST_VECTOR_STEP] = { type, bit, step };
  return vectors;
});

let engine: Sha1Engine | undefined;

/** Makes what {@link sha1} needs: some milliseconds of work, for who has to wait before the first message. */
export function prepareSha1(): void {
  theEngine();
}

/**
 * SHA-1 that notices messages made to collide (SHAttered, "SHA-1 is a Shambles", and all attacks by the known disturbance
 * vectors), as Git has it: a digest alone does not say which of two such messages one has.
 *
 * @param header The beginning of the message, in ASCII: at most 100 characters
 * @param data What follows
 */
export function sha1(header: string, data: Uint8Array): Sha1 {
  return theEngine().digest(header, data);
}

function theEngine(): Sha1Engine {
  return (engine ??= new Sha1Engine(createBlockProgram()));
}

/** The program with views of its memory. */
class Sha1Engine {
  readonly #program: BlockProgram;
  readonly #state: Uint32Array;
  readonly #input: Buffer;
  readonly #blocks: readonly LastBlock[];
  readonly #digest = Buffer.alloc(STATE_WORDS * 4);
  #collision = false;

  constructor(program: BlockProgram) {
    const { memory } = program;
    this.#program = program;
    this.#state = new Uint32Array(memory, LAYOUT.state, STATE_WORDS);
    this.#input = Buffer.from(memory, LAYOUT.input);
    this.#blocks = Array.from({ length: LANES }, (_, lane) => new LastBlock(memory, lane));
  }

  digest(header: string, data: Uint8Array): Sha1 {
    this.#state.set(INITIAL_STATE);
    this.#collision = false;
    let used = this.#input.write(header, 'latin1');
    let at = 0;
    while (used + data.length - at >= INPUT_BYTES) {
      const piece = data.subarray(at, (at += INPUT_BYTES - used));
      this.#input.set(piece, used);
      this.#compress(INPUT_BYTES);
      used = 0;
    }
    this.#input.set(at === 0 ? data : data.subarray(at), used);
    this.#finish(used + data.length - at, header.length + data.length);
    for (let n = 0; n < STATE_WORDS; n++) this.#digest.writeUInt32BE(this.#state[n]!, n * 4);
    return { digest: this.#digest.toString('hex'), collision: this.#collision };
  }

  /** Pads the message: a bit, zeros, and its length in bits at the end of a block. */
  #finish(used: number, total: number): void {
    const end = Math.ceil((used + TRAILER_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
    this.#input.fill(0, used, end);
    this.#input[used] = 0x80;
    this.#input.writeUInt32BE(Math.floor(total / 2 ** 29), end - 8);
    this.#input.writeUInt32BE((total * 8) % 2 ** 32, end - 4);
    this.#compress(end);
  }

  /** Takes in whole blocks. */
  #compress(length: number): void {
    const end = LAYOUT.input + length;
    for (let at: number = LAYOUT.input; at < end;) {
      const groups = this.#program.compress(at, end);
      const last = (groups - at) % (LANES * BLOCK_BYTES) || LANES * BLOCK_BYTES;
      for (let lane = 0; lane * BLOCK_BYTES < last; lane++)
        this.#collision ||= this.#blocks[lane]!.collides();
      at = groups;
    }
  }
}

/** One of the blocks that the program has last taken in. */
class LastBlock implements CompressedBlock {
  readonly message: Int32Array = new Int32Array(STEPS);
  readonly #states: readonly Int32Array[];
  readonly #candidates: Int32Array;
  readonly #words: Int32Array;
  readonly #lane: number;

  constructor(memory: ArrayBuffer, lane: number) {
    this.#lane = lane;
    this.#states = Array.from({ length: KEPT_STATES }, (_, n) => {
      const at = LAYOUT.keptStates + (lane * KEPT_STATES + n) * STATE_WORDS * 4;
      return new Int32Array(memory, at, STATE_WORDS);
    });
    this.#candidates = new Int32Array(memory, LAYOUT.candidates, 2 * LANES);
    this.#words = new Int32Array(memory, LAYOUT.words, STEPS * LANES);
  }

  stateBefore(step: number): Int32Array {
    return this.#states[step === 0 ? 0 : keptState(step)]!;
  }

  /** Whether it is part of a collision by any of the vectors that come into question. */
  collides(): boolean {
    for (let pair = 0; pair < VECTORS.length; pair++) {
      let candidates = this.#candidates[pair * LANES + this.#lane]!;
      if (candidates === 0) continue;
      this.#readMessage();
      for (; candidates !== 0; candidates &= candidates - 1)
        if (collides(this, VECTORS[pair]![31 - Math.clz32(candidates & -candidates)]!)) return true;
    }
    return false;
  }

  #readMessage(): void {
    for (let step = 0; step < STEPS; step++) this.message[step] = this.#words[step * LANES + this.#lane]!;
  }
}
