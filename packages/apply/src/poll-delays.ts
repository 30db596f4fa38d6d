/** Pauses between looks, without an end: short at first, since most things happen soon, up to the given one. */
export function* pollDelays(maxMs: number): Generator<number, never, undefined> {
  for (let delayMs = Math.min(100, maxMs); ; delayMs = Math.min(delayMs * 1.6, maxMs)) yield delayMs;
}
