import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib';

/** More than a block comes to, so that most take one turn of a thread. */
const OUTPUT_BYTES = 256 * 1024;

/**
 * Engines of zlib that compress blocks side by side, each block by itself. They are used again, as each takes half a megabyte,
 * which would pile up with one for each block.
 */
export class DeflateEngines implements Disposable {
  readonly #level: number;
  readonly #all: Engine[] = [];
  readonly #idle: Engine[] = [];

  constructor(level: number) {
    this.#level = level;
  }

  /** A block that another one can follow, in pieces: it ends at the edge of a byte. The block is read until then. */
  async deflate(block: Uint8Array): Promise<Uint8Array[]> {
    const engine = this.#idle.pop() ?? this.#newEngine();
    const pieces = await engine.deflate(block);
    this.#idle.push(engine);
    return pieces;
  }

  [Symbol.dispose](): void {
    for (const engine of this.#all) engine.destroy();
  }

  #newEngine(): Engine {
    const engine = new Engine(this.#level);
    this.#all.push(engine);
    return engine;
  }
}

class Engine {
  readonly #stream: DeflateRaw;
  #pieces: Uint8Array[] = [];
  #fail: (error: Error) => void = () => {};

  constructor(level: number) {
    this.#stream = createDeflateRaw({
      level,
      // The most memory for what is being written: it takes a tenth less time than with zlib's default.
      memLevel: 9,
      chunkSize: OUTPUT_BYTES,
      // Each block ends as it is written, at the edge of a byte.
      flush: constants.Z_SYNC_FLUSH,
    });
    this.#stream.on('data', (piece: Uint8Array) => this.#pieces.push(piece));
    this.#stream.on('error', (error) => this.#fail(error));
    this.#stream.on('close', () => this.#fail(new Error('the compression was broken off')));
  }

  deflate(block: Uint8Array): Promise<Uint8Array[]> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#stream.write(block, () => {
        // What was broken off says so when it closes.
        if (this.#stream.destroyed) return;
        // The next block knows nothing of this one.
        this.#stream.reset();
        resolve(this.#pieces);
        this.#pieces = [];
      });
    });
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
