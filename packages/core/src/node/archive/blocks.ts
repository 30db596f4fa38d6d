/** As `pigz` has it: compressed by itself it loses less than a hundredth, and threads can share the work. */
export const BLOCK_BYTES: number = 128 * 1024;

export function newBlock(): Buffer {
  return Buffer.allocUnsafeSlow(BLOCK_BYTES);
}

/** Copies pieces into blocks of one size, of which the last may be shorter. A buffer is asked for once the one before has been given. */
export function* inBlocks(
  pieces: Iterable<Uint8Array>,
  nextBuffer: () => Buffer,
): Generator<{ readonly buffer: Buffer; readonly length: number }> {
  let buffer = nextBuffer();
  let length = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + BLOCK_BYTES - length);
      buffer.set(part, length);
      at += part.length;
      length += part.length;
      if (length < BLOCK_BYTES) continue;
      yield { buffer, length };
      buffer = nextBuffer();
      length = 0;
    }
  }
  if (length > 0) yield { buffer, length };
}
