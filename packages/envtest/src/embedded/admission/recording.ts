import { kubeTime } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';

/** An engine whose chances and times are the same each time that a request is handled anew. */
export class Recording {
  readonly engine: Engine;
  #rewinds: (() => void)[] = [];

  constructor(engine: Engine) {
    const time = engine.clock.now();
    this.engine = {
      ...engine,
      now: () => kubeTime(time),
      random: this.#record(engine.random),
      newUid: this.#record(engine.newUid),
    };
  }

  /** Begins from the first recorded value again. */
  rewind(): void {
    for (const rewind of this.#rewinds) rewind();
  }

  #record<T>(next: () => T): () => T {
    const values: T[] = [];
    let position = 0;
    this.#rewinds.push(() => (position = 0));
    return () => {
      if (position === values.length) values.push(next());
      return values[position++] as T;
    };
  }
}
