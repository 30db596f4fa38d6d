import { sha256Hex } from '@gitops-toolkit/core';

/** Bytes that say of themselves whether they are whole: the hash of what follows it. In pieces. */
export async function* checkedContent(seed: string, bytes: number): AsyncGenerator<Uint8Array> {
  const body = Buffer.from(seed.repeat(Math.ceil(bytes / seed.length)).slice(0, bytes));
  yield Buffer.from(sha256Hex(body));
  for (let at = 0; at < body.length; at += 64 * 1024) yield body.subarray(at, at + 64 * 1024);
}

/** Whether bytes are all of some {@link checkedContent}. */
export function isWhole(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 64)).toString('latin1') === sha256Hex(bytes.subarray(64));
}
