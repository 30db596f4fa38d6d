import type { SeededRandom } from '../../../bench/seeded-random.ts';
import { PIECES } from './pieces.ts';

const NUMBERS = [0, -1, 80, 1.5, -0.25, 1e6, 1e21, 1e-7, 123_456_789.125, 2 ** 53] as const;

/** A value as JSON can hold it. */
export function randomValue(random: SeededRandom, depth = 0): unknown {
  const kind = random.below(10);
  if (kind === 0) return random.pick([null, true, false, {}, []] as const);
  if (kind === 1) return random.pick(NUMBERS);
  if (kind < 6 || depth > 4) return randomString(random);
  const length = random.below(5);
  if (kind < 8) return Array.from({ length }, () => randomValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length }, () => [randomString(random), randomValue(random, depth + 1)]),
  );
}

function randomString(random: SeededRandom): string {
  return Array.from({ length: random.below(7) }, () => random.pick(PIECES)).join('');
}
