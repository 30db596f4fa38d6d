import { constants, createInflate, type Inflate } from 'node:zlib';

/** An unpacked object. */
export interface Inflated {
  readonly data: Uint8Array;
  /** The compressed bytes that were taken. */
  readonly consumed: number;
}

/** What zlib streams of Node are made of, known to other packages too: npm's `minizlib` stands on it. */
interface Internals {
  readonly _handle: {
    writeSync(
      flush: number,
      ...inputAndOutput: [Uint8Array, number, number, Uint8Array, number, number]
    ): void;
  };
  /** How many bytes of output and of input the last write has left. */
  readonly _writeState: Uint32Array;
}

const SLAB_BYTES = 64 * 1024;
/** What is larger has memory of its own. */
const LARGE = SLAB_BYTES / 4;

let kept: (Inflate & Internals) | undefined;
/** Objects beside each other, as in Node's own pool, but nothing else: what others put there would stay for as long as they do. */
let slab = Buffer.alloc(0);
let used = 0;

/**
 * Unpacks a stream with the one engine that is kept for all. `inflateSync` makes one for each object, which takes longer
 * than to unpack some kilobytes, and which stays until the garbage is collected.
 *
 * @returns `undefined` for what is not whole, in order and of the stated size, and where Node is made otherwise:
 *   `inflateSync` says why, or does it.
 */
export function inflateByKeptEngine(input: Uint8Array, size: number): Inflated | undefined {
  kept ??= createEngine();
  if (!kept) return undefined;
  // One byte more than is due: it is left where the stream ends as it should.
  const output = room(size + 1);
  kept._handle.writeSync(constants.Z_FINISH, input, 0, input.length, output, 0, size + 1);
  const [outputLeft, inputLeft = 0] = kept._writeState;
  if (kept.destroyed || outputLeft !== 1) {
    kept.destroy();
    kept = undefined;
    return undefined;
  }
  kept.reset();
  if (output.buffer === slab.buffer) used += size;
  return { data: output.subarray(0, size), consumed: input.length - inputLeft };
}

/** Where the next object goes. It is taken only once `used` says so. */
function room(size: number): Buffer {
  if (size > LARGE) return Buffer.allocUnsafeSlow(size);
  if (used + size > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  return slab.subarray(used, used + size);
}

function createEngine(): (Inflate & Internals) | undefined {
  // Its own buffer is not used.
  const engine = createInflate({ chunkSize: constants.Z_MIN_CHUNK }) as Inflate & Partial<Internals>;
  // What it finds wrong, the one that is asked instead will say.
  engine.on('error', () => {});
  const isKnown = typeof engine._handle?.writeSync === 'function' && engine._writeState?.length === 2;
  return isKnown ? (engine as Inflate & Internals) : undefined;
}
