import { randomUUID } from 'node:crypto';

/** Blobs that are being sent, each under a name of its own. */
export class Uploads {
  readonly #pieces = new Map<string, Buffer[]>();

  begin(): string {
    const id = randomUUID();
    this.#pieces.set(id, []);
    return id;
  }

  /** Bytes that have come; `undefined` for an upload that nobody began. */
  size(id: string): number | undefined {
    return this.#pieces.get(id)?.reduce((sum, piece) => sum + piece.length, 0);
  }

  add(id: string, piece: Buffer): void {
    this.#pieces.get(id)?.push(piece);
  }

  /** Ends an upload, and gives what came. */
  end(id: string): Buffer {
    const whole = Buffer.concat(this.#pieces.get(id) ?? []);
    this.#pieces.delete(id);
    return whole;
  }
}
