/**
 * Spreads an interval evenly by up to `percent` either way, so that objects made together do not
 * run together for ever.
 *
 * @param percent 0 to 99
 * @param random from 0 to below 1. @default Math.random
 */
export function jitter(ms: number, percent: number, random: () => number = Math.random): number {
  if (percent <= 0 || ms <= 0) return ms;
  const share = Math.min(percent, 99) / 100;
  return Math.round(ms * (1 - share + 2 * share * random()));
}
