const KEEP_WHOLE = 4096;
/** What is joined in one place again and again; more has memory of its own. */
const SCRATCH_BYTES = 64 * 1024;

/** What a {@link ByteWindow} may do with its memory. */
export interface ByteWindowOptions {
  /** What is given is looked at and not kept: it stays as it is until more is looked at. @default false */
  readonly passing?: boolean;
}

/**
 * The part of a stream that is being looked at: bytes come in at one end in pieces and go at the
 * other. Pieces stay as they came; only what is looked at across their edges is copied.
 */
export class ByteWindow {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #scratch: Uint8Array | undefined;
  readonly #pieces: Uint8Array[] = [];
  /** Where the first piece is. */
  #head = 0;
  /** How much of the first piece is consumed. */
  #at = 0;
  #available = 0;
  #ended = false;
  #consumed = 0;

  constructor(source: AsyncIterable<Uint8Array>, { passing = false }: ByteWindowOptions = {}) {
    this.#source = source[Symbol.asyncIterator]();
    if (passing) this.#scratch = new Uint8Array(SCRATCH_BYTES);
  }

  /** How many bytes have left the window. */
  get consumed(): number {
    return this.#consumed;
  }

  /** How many bytes are in the window. */
  get available(): number {
    return this.#available;
  }

  /** Waits until so many bytes are there, or the stream has ended; says whether they are. */
  async fill(count: number): Promise<boolean> {
    while (this.#available < count && !this.#ended) {
      const next = await this.#source.next();
      if (next.done) this.#ended = true;
      else if (next.value.length > 0) {
        this.#pieces.push(next.value);
        this.#available += next.value.length;
      }
    }
    return this.#available >= count;
  }

  /** The first bytes, as many of these as are there, in one piece. */
  peek(count: number): Uint8Array {
    const wanted = Math.min(count, this.#available);
    if (wanted === 0) return new Uint8Array();
    const first = this.#first();
    if (first.length - this.#at < wanted) this.#join(wanted);
    return this.#first().subarray(this.#at, this.#at + wanted);
  }

  /** Lets bytes go that are there. */
  consume(count: number): void {
    for (let rest = count; rest > 0;) rest -= this.#advance(rest);
  }

  /** Lets bytes go and gives them, as many as the first piece has: nothing is copied. */
  take(count: number): Uint8Array {
    const taken = this.#first().subarray(this.#at, this.#at + count);
    this.#advance(count);
    return taken;
  }

  /** Goes on in the first piece, for as many bytes as it has. */
  #advance(count: number): number {
    const { length } = this.#first();
    const taken = Math.min(count, length - this.#at);
    this.#at += taken;
    this.#available -= taken;
    this.#consumed += taken;
    if (this.#at === length) this.#drop(1);
    return taken;
  }

  #first(): Uint8Array {
    const first = this.#pieces[this.#head];
    if (first === undefined) throw new RangeError('there are no bytes in the window');
    return first;
  }

  /** Makes one piece of the pieces that the first bytes are in, so that they are joined only once. */
  #join(wanted: number): void {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let i = this.#head; length < wanted; i++) {
      const piece = this.#pieces[i] ?? new Uint8Array();
      const part = parts.length === 0 ? piece.subarray(this.#at) : piece;
      parts.push(part);
      length += part.length;
    }
    const last = parts.at(-1) ?? new Uint8Array();
    // Of a large piece no more is copied than is wanted.
    const surplus = last.length > KEEP_WHOLE ? length - wanted : 0;
    parts[parts.length - 1] = last.subarray(0, last.length - surplus);
    const joined = this.#concat(parts);
    this.#drop(parts.length - (surplus > 0 ? 1 : 0));
    if (surplus > 0) this.#pieces[this.#head] = last.subarray(last.length - surplus);
    this.#prepend(joined);
  }

  /**
   * In memory of its own, or where the last join was, whose rest may be the first part. In Node's pool it would stay
   * for as long as any object that was unpacked beside it.
   */
  #concat(parts: readonly Uint8Array[]): Uint8Array {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const fits = this.#scratch !== undefined && length <= this.#scratch.length;
    const joined = fits ? this.#scratch.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  /** Drops pieces from the front; the array is cut now and then, not each time. */
  #drop(count: number): void {
    this.#head += count;
    this.#at = 0;
    if (this.#head < 1024 && this.#head < this.#pieces.length) return;
    this.#pieces.splice(0, this.#head);
    this.#head = 0;
  }

  #prepend(piece: Uint8Array): void {
    if (this.#head > 0) this.#pieces[--this.#head] = piece;
    else this.#pieces.unshift(piece);
    this.#at = 0;
  }

  /** Ends the stream, wherever it stands. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
