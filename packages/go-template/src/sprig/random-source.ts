/** Gives so many random bytes. */
export type RandomSource = (count: number) => Uint8Array;

/** The random bytes of the platform. */
export function platformRandom(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  // The platform gives 64 KiB at a time.
  for (let at = 0; at < count; at += 65_536)
    crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, count)));
  return bytes;
}

/** A number from 0 up to a limit, each as likely as the others. */
export function randomBelow(limit: number, random: RandomSource): number {
  const span = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random(4);
    const value = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    if (value < span) return value % limit;
  }
}
