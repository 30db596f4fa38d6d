import { SourceError } from '../../errors.ts';
import { ByteWindow } from '../pack/byte-window.ts';

/** The largest line that the protocol has, its length included. */
const MAX_PKT_LINE = 65_520;

/** A line of the protocol, or one of its marks. */
export type PktLine = Uint8Array | 'flush' | 'delimiter' | 'end';

/** A line with its length before it. */
export function encodePktLine(line: string | Uint8Array): Buffer {
  const data = typeof line === 'string' ? Buffer.from(line) : line;
  const length = (data.length + 4).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(length, 'latin1'), data]);
}

/** Ends a message. */
export const FLUSH_PKT: Buffer = Buffer.from('0000');
/** Parts the sections of a message. */
export const DELIMITER_PKT: Buffer = Buffer.from('0001');

/** Reads lines from a stream that comes in pieces. */
export class PktReader {
  readonly #window: ByteWindow;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#window = new ByteWindow(source);
  }

  /**
   * The next line, or `undefined` at the end of the stream. Its bytes stay as they are: the caller may keep them.
   *
   * @throws `GIT_PROTOCOL` for what is no line; what the stream throws.
   */
  async next(): Promise<PktLine | undefined> {
    const length = await this.#nextLength();
    if (typeof length !== 'number') return length;
    if (!(await this.#window.fill(length))) throw cutLine();
    const line = this.#window.peek(length);
    this.#window.consume(length);
    return line;
  }

  /**
   * The next line of a multiplexed answer: its band, and its data in pieces as they come in, which must
   * be read before the next line is. A mark, or `undefined` at the end of the stream.
   */
  async nextBand(): Promise<
    Exclude<PktLine, Uint8Array> | { band: number; data: AsyncIterable<Uint8Array> } | undefined
  > {
    const length = await this.#nextLength();
    if (typeof length !== 'number') return length;
    if (length === 0) return { band: 0, data: this.#pieces(0) };
    if (!(await this.#window.fill(1))) throw cutLine();
    const band = this.#window.take(1)[0] ?? 0;
    return { band, data: this.#pieces(length - 1) };
  }

  async #nextLength(): Promise<number | Exclude<PktLine, Uint8Array> | undefined> {
    const window = this.#window;
    if (window.available < 4 && !(await window.fill(4))) {
      if (window.available === 0) return undefined;
      throw cutLine();
    }
    const length = readLength(window.peek(4));
    window.consume(4);
    if (length >= 4) return length - 4;
    return length === 0 ? 'flush' : length === 1 ? 'delimiter' : 'end';
  }

  async *#pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let rest = length; rest > 0;) {
      if (!(await this.#window.fill(1))) throw cutLine();
      const piece = this.#window.take(rest);
      rest -= piece.length;
      yield piece;
    }
  }

  /** The next line as text without its line end; `undefined` for a mark or the end of the stream. */
  async nextText(): Promise<string | undefined> {
    const line = await this.next();
    return line === undefined || typeof line === 'string' ? undefined : lineText(line);
  }

  async close(): Promise<void> {
    await this.#window.close();
  }
}

/** A line as text, without its line end. A line that begins with `ERR` is thrown in the server's words. */
export function lineText(line: Uint8Array): string {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8').replace(/\n$/, '');
  if (text.startsWith('ERR ')) throw remoteError(text.slice(4));
  return text;
}

/** The error for what a server says went wrong on its side. */
export function remoteError(words: string): SourceError {
  // A terminal would obey control characters.
  const clean = words
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 1000);
  return new SourceError('GIT_REMOTE_ERROR', `the git server says: ${clean}`, { retry: 'backoff' });
}

/** The error for an answer that is not the protocol's. */
export function protocolError(words: string, hint?: string): SourceError {
  return new SourceError('GIT_PROTOCOL', `the answer of the git server ${words}`, {
    retry: 'backoff',
    ...(hint === undefined ? {} : { hint }),
  });
}

function cutLine(): SourceError {
  return protocolError('ended in the middle of a line');
}

function readLength(bytes: Uint8Array): number {
  const text = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0, bytes[3] ?? 0);
  const length = /^[0-9a-fA-F]{4}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  if (Number.isNaN(length) || length === 3 || length > MAX_PKT_LINE) {
    throw protocolError(`is not in the git protocol: ${JSON.stringify(text)} is no length of a line`);
  }
  return length;
}
