import type { Clock } from '@gitops-toolkit/core';

/** What happened in a run, in order. */
export class Journal {
  /** What must never have happened. */
  readonly violations: string[] = [];
  readonly #clock: Clock;
  readonly #lines: string[] = [];
  readonly #keep: number;
  #steps = 0;
  #fingerprint = 0x811c9dc5;

  /** @param options.keep so many of the last lines are kept */
  constructor(clock: Clock, options: { readonly keep: number }) {
    this.#clock = clock;
    this.#keep = options.keep;
  }

  /** Things that happened: requests, answers, runs, and what users and the world did. */
  get steps(): number {
    return this.#steps;
  }

  /** Equal for two runs in which the same happened at the same times. */
  get fingerprint(): string {
    return (this.#fingerprint >>> 0).toString(16);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    this.#steps++;
    const text = `${(this.#clock.monotonic() / 1000).toFixed(3)} ${line}`;
    for (let i = 0; i < text.length; i++) {
      this.#fingerprint = Math.imul(this.#fingerprint ^ text.charCodeAt(i), 0x01000193);
    }
    this.#lines.push(text);
    if (this.#lines.length > this.#keep * 2) this.#lines.splice(0, this.#keep);
  }

  violate(text: string): void {
    this.add(`VIOLATION ${text}`);
    this.violations.push(`${(this.#clock.monotonic() / 1000).toFixed(3)} ${text}`);
  }
}
