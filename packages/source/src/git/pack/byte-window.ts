/**
 * The part of a stream that is being looked at: bytes come in at one end in pieces and go at the
 * other. Pieces are joined only when more bytes are asked for than the first of them has.
 */
export class ByteWindow {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onConsume: (bytes: Uint8Array) => void;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #current: Uint8Array = new Uint8Array();
  #at = 0;
  #ended = false;
  #consumed = 0;

  /** @param onConsume Sees every byte once, in order, as it leaves the window. */
  constructor(source: AsyncIterable<Uint8Array>, onConsume: (bytes: Uint8Array) => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onConsume = onConsume;
  }

  /** How many bytes have left the window. */
  get consumed(): number {
    return this.#consumed;
  }

  /** The bytes that are there. */
  get bytes(): Uint8Array {
    return this.#current.subarray(this.#at);
  }

  /** Whether so many bytes are in the window already. */
  has(count: number): boolean {
    return this.#current.length - this.#at >= count;
  }

  /** Waits until so many bytes are there, or the stream has ended; says whether they are. */
  async fill(count: number): Promise<boolean> {
    if (this.has(count)) return true;
    while (!this.#ended && this.#current.length - this.#at + this.#pendingBytes < count) {
      const next = await this.#source.next();
      if (next.done) this.#ended = true;
      else {
        this.#pending.push(next.value);
        this.#pendingBytes += next.value.length;
      }
    }
    if (this.#pending.length > 0) {
      const rest = this.bytes;
      const only = this.#pending[0];
      this.#current =
        rest.length === 0 && only && this.#pending.length === 1
          ? only
          : Buffer.concat([rest, ...this.#pending]);
      this.#at = 0;
      this.#pending = [];
      this.#pendingBytes = 0;
    }
    return this.has(count);
  }

  /** Lets bytes go. */
  consume(count: number): void {
    this.#onConsume(this.#current.subarray(this.#at, this.#at + count));
    this.#at += count;
    this.#consumed += count;
  }

  /** Ends the stream, wherever it stands. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
