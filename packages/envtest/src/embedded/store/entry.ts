import type { KubeObject } from '@gitops-toolkit/core';

/** One version of one object. The object is never changed; a write makes a new entry. */
export class Entry {
  readonly key: string;
  readonly object: KubeObject;
  readonly revision: number;
  /** JSON texts by API version: each version of an object is printed once, however many read it. */
  readonly #texts: Map<string, string> = new Map();

  constructor(key: string, object: KubeObject, revision: number) {
    this.key = key;
    this.object = object;
    this.revision = revision;
  }

  /** The object as JSON in an API version; `convert` is called on the first use of a version. */
  text(apiVersion: string, convert: (object: KubeObject) => KubeObject): string {
    let text = this.#texts.get(apiVersion);
    if (text === undefined) {
      text = JSON.stringify(convert(this.object));
      this.#texts.set(apiVersion, text);
    }
    return text;
  }
}

/** A committed write. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** The object after the write; for `DELETED` its last state with the revision of the deletion. */
  readonly entry: Entry;
  readonly previous?: Entry;
}
