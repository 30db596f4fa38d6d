import type { Socket } from 'node:net';

/** Reads the beginning of what a socket brings, and leaves the rest to others. */
export class SocketReader {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pause();
  }

  /** So many bytes. */
  async take(length: number): Promise<Buffer> {
    await this.#fill(() => this.#held.length >= length);
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /**
   * All bytes up to and with a mark.
   *
   * @throws RangeError where more than `maxBytes` come before it
   */
  async takeUntil(mark: string, maxBytes: number): Promise<Buffer> {
    await this.#fill(() => this.#held.includes(mark) || this.#held.length > maxBytes);
    const end = this.#held.indexOf(mark);
    if (end === -1) throw new RangeError('has no end');
    return this.take(end + mark.length);
  }

  /** Gives back what was read too much. */
  release(): void {
    if (this.#held.length > 0) this.#socket.unshift(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #fill(isEnough: () => boolean): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const stop = (error?: Error) => {
        socket.off('readable', look).off('error', stop).off('close', onClose);
        if (error) reject(error);
        else resolve();
      };
      const onClose = () => stop(new Error('the connection was closed'));
      const look = () => {
        for (let piece: Buffer | null; !isEnough() && (piece = socket.read() as Buffer | null) !== null;)
          this.#held = Buffer.concat([this.#held, piece]);
        if (isEnough()) stop();
      };
      socket.on('readable', look).on('error', stop).on('close', onClose);
      if (socket.destroyed) onClose();
      else look();
    });
  }
}
