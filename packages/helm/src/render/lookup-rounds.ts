import { errorMessage } from '@gitops-toolkit/core';
import { FunctionError } from '@gitops-toolkit/go-template';
import { HelmError } from '../errors.ts';
import type { Lookup } from './engine-functions.ts';

/** A {@link Lookup} that takes its time. An error that it throws is what `lookup` fails with in the template. */
export type AsyncLookup = (
  ...request: Parameters<Lookup>
) => object | undefined | Promise<object | undefined>;

/** Bounds on what templates may ask of a cluster. */
export interface LookupLimits {
  /** Rounds after which templates that go on asking for something new fail. @default 10 */
  readonly maxRounds?: number;
  /** Objects and lists that are asked for, in all rounds together. @default 1000 */
  readonly maxRequests?: number;
}

type Request = Parameters<Lookup>;
type Answer = { readonly object: object | undefined } | { readonly error: unknown };

/** What was asked of a cluster in one render after the other, until all is known. */
export class LookupRounds {
  readonly #fetch: AsyncLookup;
  readonly #limits: Required<LookupLimits>;
  readonly #signal: AbortSignal | undefined;
  readonly #answers = new Map<string, Answer>();
  readonly #missing = new Map<string, Request>();
  #rounds = 0;

  constructor(
    fetch: AsyncLookup,
    { maxRounds = 10, maxRequests = 1000 }: LookupLimits,
    signal?: AbortSignal,
  ) {
    this.#fetch = fetch;
    this.#limits = { maxRounds, maxRequests };
    this.#signal = signal;
  }

  /** Gives what is known. What is not counts as not there, and is asked for after the render. */
  readonly lookup: Lookup = (...request) => {
    const key = JSON.stringify(request);
    const answer = this.#answers.get(key);
    if (!answer) {
      this.#missing.set(key, request);
      this.#checkCount();
      return undefined;
    }
    if ('object' in answer) return answer.object;
    throw new FunctionError(errorMessage(answer.error), { cause: answer.error });
  };

  /** Whether the last render has asked for something that was not known. */
  get isMissing(): boolean {
    return this.#missing.size > 0;
  }

  /** Asks for all that was missing, at once. @throws HelmError `HELM_LIMIT`; the reason of the signal */
  async fetchMissing(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (++this.#rounds > this.#limits.maxRounds) throw this.#endless();
    const requests = [...this.#missing];
    this.#missing.clear();
    const answers = await Promise.all(requests.map(([, request]) => this.#ask(request)));
    this.#signal?.throwIfAborted();
    for (const [i, [key]] of requests.entries()) this.#answers.set(key, answers[i] ?? { object: undefined });
  }

  async #ask(request: Request): Promise<Answer> {
    try {
      return { object: await this.#fetch(...request) };
    } catch (error) {
      return { error };
    }
  }

  #checkCount(): void {
    const { maxRequests } = this.#limits;
    if (this.#answers.size + this.#missing.size <= maxRequests) return;
    throw new HelmError('HELM_LIMIT', `lookup: templates ask for more than ${maxRequests} objects`, {
      hint: 'Raise lookupLimits.maxRequests if the chart is one that you trust.',
    });
  }

  #endless(): HelmError {
    const names = [...this.#missing.values()].slice(0, 3).map((request) => request.filter(Boolean).join(' '));
    const message = `lookup: after ${this.#limits.maxRounds} rounds templates still ask for something new: ${names.join(', ')}`;
    return new HelmError('HELM_LIMIT', message, {
      hint: 'Names that differ from render to render, such as random ones, are never known. Where each object leads to the next, raise lookupLimits.maxRounds.',
    });
  }
}
