import type { FileHandle } from 'node:fs/promises';

/** What is written in one go; twice as much is held. */
const WRITE_BYTES = 1024 * 1024;

/** Writes pieces to a file while the next ones are made. */
export class WriteBehind {
  readonly #file: FileHandle;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Takes a piece, which must stay as it is. Throws what a write of earlier ones has failed with. */
  async add(piece: Uint8Array): Promise<void> {
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes >= WRITE_BYTES) await this.#next();
  }

  /** Ends when all pieces are written. */
  async finish(): Promise<void> {
    await this.#next();
    await this.#underWay;
  }

  /** Ends when nothing is being written, whether that succeeds or not. */
  async settle(): Promise<void> {
    await this.#underWay.catch(() => {});
  }

  async #next(): Promise<void> {
    await this.#underWay;
    this.#underWay = writeAll(this.#file, this.#waiting);
    // Whoever adds or finishes is told.
    this.#underWay.catch(() => {});
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  if (pieces.length === 0) return;
  let { bytesWritten: rest } = await file.writev(pieces);
  for (const piece of pieces) {
    // The system may take less than it was given.
    for (let at = Math.min(rest, piece.length); at < piece.length;)
      at += (await file.write(piece, at)).bytesWritten;
    rest = Math.max(0, rest - piece.length);
  }
}
