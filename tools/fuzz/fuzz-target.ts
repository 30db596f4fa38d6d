import process from 'node:process';
import type { SeededRandom } from '../../bench/seeded-random.ts';

/** Something that takes inputs, and what has to hold for each. */
export interface FuzzTarget<Input> {
  /** The next input, which depends on nothing but the numbers. */
  generate(random: SeededRandom): Input;
  /** Throws for what must not be. */
  check(input: Input): void;
  /** How long a check may take on a processor, in milliseconds; more is a failure. */
  budgetMs(input: Input): number;
  /** Inputs that are smaller, the smallest first. */
  smaller(input: Input): Iterable<Input>;
  /** The input as a test could hold it. */
  show(input: Input): string;
}

/** What is wrong with an input, if something is. */
export function failureOf<Input>(target: FuzzTarget<Input>, input: Input): Error | undefined {
  const started = process.cpuUsage();
  try {
    target.check(input);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const { user, system } = process.cpuUsage(started);
  const millis = (user + system) / 1000;
  if (millis <= target.budgetMs(input)) return undefined;
  return new Error(`took ${Math.round(millis)} ms`);
}

/** The search for a smaller input ends after so long: where the failure is that a check takes long, each try does. */
const MINIMISE_MS = 20_000;

/** The smallest input found that fails in the same way. */
export function minimise<Input>(target: FuzzTarget<Input>, input: Input, failure: Error): Input {
  const end = performance.now() + MINIMISE_MS;
  let smallest = input;
  for (let found = true; found;) {
    found = false;
    for (const candidate of target.smaller(smallest)) {
      if (performance.now() > end) return smallest;
      if (kindOf(failureOf(target, candidate)) !== kindOf(failure)) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

/** The first line without the numbers in it. */
function kindOf(failure: Error | undefined): string | undefined {
  return failure?.message.split('\n', 1)[0]?.replaceAll(/\d+/g, 'n');
}
