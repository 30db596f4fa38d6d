import {
  type FunctionMap,
  type GoFunction,
  platformRandom,
  type SprigOptions,
} from '@gitops-toolkit/go-template';

/** Functions whose answers nothing that is passed to them decides, beside those of clock and randomness. */
const ASKING = [
  'genPrivateKey',
  'genCA',
  'genCAWithKey',
  'genSelfSignedCert',
  'genSelfSignedCertWithKey',
  'genSignedCert',
  'genSignedCertWithKey',
  'getHostByName',
];

/**
 * What templates get from elsewhere: the time, randomness, keys, addresses, objects of a cluster. It is noted, so that
 * the templates can be executed once more with the same answers.
 */
export class Surroundings {
  readonly #answers: unknown[];
  #next = 0;
  #isAsking = false;

  constructor(answers: unknown[] = []) {
    this.#answers = answers;
  }

  /** The same answers in the same order. */
  again(): Surroundings {
    return new Surroundings(this.#answers);
  }

  /** The answer that was given here before, or a new one. What `get` asks on its way is part of its answer. */
  ask<T>(get: () => T): T {
    if (this.#isAsking) return get();
    if (this.#next >= this.#answers.length) this.#answers.push(this.#asked(get));
    return this.#answers[this.#next++] as T;
  }

  #asked<T>(get: () => T): T {
    this.#isAsking = true;
    try {
      return get();
    } finally {
      this.#isAsking = false;
    }
  }

  /** Clock and randomness that are noted. */
  options(options: SprigOptions = {}): SprigOptions {
    const { onChance = () => {} } = options;
    const now = options.now ?? (() => (onChance('clock'), Date.now()));
    const random = options.random ?? ((count: number) => (onChance('randomness'), platformRandom(count)));
    return {
      ...options,
      now: () => this.ask(now),
      random: (count) => this.ask(() => random(count)),
    };
  }

  /** Those of the functions that ask someone, so that it is noted. */
  functions(functions: FunctionMap): FunctionMap {
    return Object.fromEntries(
      ASKING.flatMap((name) => {
        const called = functions[name];
        return called ? [[name, this.#noted(called)] as const] : [];
      }),
    );
  }

  #noted(called: GoFunction): GoFunction {
    const call = called.call as (...values: readonly unknown[]) => unknown;
    return { ...called, call: (...values: readonly unknown[]) => this.ask(() => call(...values)) };
  }
}
