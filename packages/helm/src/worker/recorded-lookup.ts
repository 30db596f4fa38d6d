import type { GoMap } from '@gitops-toolkit/go-template';
import type { Lookup } from '../render/engine-functions.ts';
import { type CloneableValue, fromCloneable } from './cloneable-value.ts';

/** What a template asks the cluster for. */
export type LookupRequest = readonly [apiVersion: string, kind: string, namespace: string, name: string];

/** What the cluster had for it: nothing is an answer too. */
export interface LookupAnswer {
  readonly request: LookupRequest;
  readonly object: CloneableValue;
}

/** Answers of a cluster from before, for `lookup` where nothing can be waited for. */
export class RecordedLookup {
  readonly #answers = new Map<string, GoMap | undefined>();
  readonly #missing = new Map<string, LookupRequest>();

  constructor(answers: readonly LookupAnswer[]) {
    for (const { request, object } of answers)
      this.#answers.set(JSON.stringify(request), fromCloneable(object) as GoMap | undefined);
  }

  /** Finds nothing where there is no answer yet, and notes what was asked. */
  readonly lookup: Lookup = (...request) => {
    const key = JSON.stringify(request);
    if (!this.#answers.has(key)) this.#missing.set(key, request);
    return this.#answers.get(key);
  };

  /** What was asked without an answer. */
  get missing(): LookupRequest[] {
    return [...this.#missing.values()];
  }
}
