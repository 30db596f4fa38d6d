import { writeSync } from 'node:fs';

/**
 * Writes a text to an open file or standard stream, to its end.
 *
 * @throws the file system's error, such as `EPIPE` where whoever reads has seen enough.
 */
export function writeAllSync(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      // A pipe that another process has made non-blocking, and whose reader is slow.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
