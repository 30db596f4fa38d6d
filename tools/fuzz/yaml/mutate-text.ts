import type { SeededRandom } from '../../../bench/seeded-random.ts';
import { PIECES } from './pieces.ts';

/** A text that is another a few slips away, two of them in one, or made of pieces alone. */
export function mutateText(random: SeededRandom, seeds: readonly string[]): string {
  const kind = random.below(12);
  if (kind === 0) return soup(random, 1 + random.below(20));
  if (kind === 1) return nested(random);
  let text = anyOf(random, seeds);
  if (kind === 2) text = splice(random, text, anyOf(random, seeds));
  for (let n = 1 + random.below(4); n > 0; n--) text = slip(random, text);
  return text;
}

function anyOf(random: SeededRandom, seeds: readonly string[]): string {
  return seeds[random.below(seeds.length)] ?? '';
}

function soup(random: SeededRandom, pieces: number): string {
  return Array.from({ length: pieces }, () => random.pick(PIECES)).join('');
}

/** What might take long: much of the same, deep or wide. */
function nested(random: SeededRandom): string {
  const piece = random.pick(PIECES) + random.pick(PIECES);
  const times = 1 + random.below(3000);
  return random.pick(PIECES) + piece.repeat(times) + random.pick(PIECES);
}

function splice(random: SeededRandom, first: string, second: string): string {
  return first.slice(0, random.below(first.length + 1)) + second.slice(random.below(second.length + 1));
}

function slip(random: SeededRandom, text: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random.below(4));
    case 1:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at + 1);
    case 2:
      return changeLine(random, text);
    default:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
  }
}

function changeLine(random: SeededRandom, text: string): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const changed = [[], [line, line], [` ${line}`], [`  ${line}`], [line.slice(1)], [line, soup(random, 3)]];
  lines.splice(at, 1, ...(changed[random.below(changed.length)] ?? []));
  return lines.join('\n');
}
