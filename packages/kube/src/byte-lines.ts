import { KubeError } from './errors.ts';

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines. Works on bytes, so that a character that two chunks share
 * stays whole, and joins the pieces of a long line once, when its end is there.
 */
export class ByteLines {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that the chunk completes, empty ones left out.
   *
   * @throws KubeError `KUBE_RESPONSE_TOO_LARGE` when a line passes the limit.
   */
  *push(chunk: Buffer): Generator<string, void, undefined> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** What came after the last line end. */
  rest(): string {
    return this.#complete(Buffer.alloc(0)).trim();
  }

  #complete(last: Buffer): string {
    this.#keep(last);
    const [first] = this.#pieces;
    const bytes = this.#pieces.length === 1 && first ? first : Buffer.concat(this.#pieces, this.#size);
    this.#pieces = [];
    this.#size = 0;
    return bytes.toString('utf8');
  }

  #keep(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#maxBytes) {
      throw new KubeError(
        'KUBE_RESPONSE_TOO_LARGE',
        `an event of the watch is larger than ${this.#maxBytes} bytes`,
      );
    }
    this.#pieces.push(piece);
  }
}
