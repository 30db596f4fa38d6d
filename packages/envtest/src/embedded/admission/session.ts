/** Something to be asked outside of the server, and the name of its answer. */
export interface Question<T = unknown> {
  /** Questions of the same key have the same answer. */
  readonly key: string;
  ask(): Promise<T>;
}

/** Thrown where a request cannot go on without answers; it is handled again from its start once they are there. */
export class Waiting {
  readonly settle: () => Promise<void>;

  constructor(settle: () => Promise<void>) {
    this.settle = settle;
  }
}

/**
 * What was asked for one request so far.
 *
 * The server handles requests in one go, so that nothing changes between what it reads and what it writes. What
 * takes time is asked between two attempts: the first ends where an answer is missing, the next finds it here. Where
 * the object was changed meanwhile, the question is another one and is asked anew.
 */
export class Session {
  readonly #answers = new Map<string, unknown>();

  /** The answers to all questions. @throws Waiting where one is missing */
  answers<T>(questions: readonly Question<T>[]): T[] {
    const missing = questions.filter(({ key }) => !this.#answers.has(key));
    if (missing.length > 0) {
      throw new Waiting(async () => {
        const answers = await Promise.all(missing.map((question) => question.ask()));
        missing.forEach(({ key }, i) => this.#answers.set(key, answers[i]));
      });
    }
    return questions.map(({ key }) => this.#answers.get(key) as T);
  }
}
