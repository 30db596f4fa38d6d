import type { Random } from './commits.ts';
import type { Moment } from './life.ts';
import { type Step, STEPS } from './moments.ts';

/** How a life is to end: after a time, or at a moment of a step. */
export type Death = { readonly afterMs: number } | { readonly step: Step; readonly nth: number };

/**
 * Chooses deaths at random, so that each step is hit: every other one at any time, the others at any moment of the
 * step that was hit least.
 */
export class Deaths {
  readonly #random: Random;
  /** How often controllers died in the middle of each step. */
  readonly hits = new Map<Step, number>(STEPS.map((step) => [step, 0]));
  /** How many moments of a step the busiest life had. */
  readonly #moments = new Map<Step, number>();
  #lives = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): Death {
    if (this.#lives++ % 2 === 0) return { afterMs: this.#random(400) };
    const fewest = Math.min(...this.hits.values());
    const rare = STEPS.filter((step) => this.hits.get(step) === fewest);
    const step = rare[this.#random(rare.length)] ?? 'apply';
    // Few lives have as many as the busiest one.
    return { step, nth: 1 + this.#random(Math.ceil((this.#moments.get(step) ?? 1) / 2)) };
  }

  /** Takes note of what a life did before it was over; where it had nothing left to do, nothing was hit. */
  record(moments: readonly Moment[], wasBusy: boolean): void {
    for (const step of STEPS) {
      const count = moments.filter((moment) => moment.step === step).length;
      this.#moments.set(step, Math.max(count, this.#moments.get(step) ?? 1));
    }
    const last = moments.at(-1);
    if (wasBusy && last) this.hits.set(last.step, (this.hits.get(last.step) ?? 0) + 1);
  }

  /** How often controllers died in the middle of anything. */
  get count(): number {
    return [...this.hits.values()].reduce((sum, hits) => sum + hits, 0);
  }

  /** The steps that were never hit. */
  get missing(): Step[] {
    return STEPS.filter((step) => this.hits.get(step) === 0);
  }
}
