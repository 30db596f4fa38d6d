import type { KubeObject } from '@gitops-toolkit/core';

import type { ObjectChange } from './object-change.ts';

/** Receives the changes of a kind, one after the other. */
export type ChangeHandler<T extends KubeObject> = (change: ObjectChange<T>) => void | Promise<void>;

/** After so many changes in a row, timers and sockets get their turn. */
const changesPerTurn = 256;

/** Changes on their way to one handler: a slow one delays nobody else. */
export class HandlerLane<T extends KubeObject> {
  readonly #handler: ChangeHandler<T>;
  readonly #onError: (error: unknown, change: ObjectChange<T>) => void;
  #pending: (ObjectChange<T> | (() => void))[] = [];
  #isDraining = false;
  #isClosed = false;

  constructor(handler: ChangeHandler<T>, onError: (error: unknown, change: ObjectChange<T>) => void) {
    this.#handler = handler;
    this.#onError = onError;
  }

  /** Changes that wait. */
  get length(): number {
    return this.#pending.length;
  }

  push(changes: Iterable<ObjectChange<T>>): void {
    if (this.#isClosed) return;
    for (const change of changes) this.#pending.push(change);
    this.#start();
  }

  /** Calls back when everything before it was handled. */
  mark(callback: () => void): void {
    if (this.#isClosed) return;
    this.#pending.push(callback);
    this.#start();
  }

  close(): void {
    this.#isClosed = true;
    this.#pending = [];
  }

  #start(): void {
    if (this.#isDraining || this.#pending.length === 0) return;
    this.#isDraining = true;
    queueMicrotask(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    let handled = 0;
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      for (const item of batch) {
        if (this.#isClosed) break;
        if (typeof item === 'function') item();
        else await this.#handle(item);
        if (++handled % changesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    this.#isDraining = false;
  }

  async #handle(change: ObjectChange<T>): Promise<void> {
    try {
      const waiting = this.#handler(change);
      if (waiting) await waiting;
    } catch (error) {
      this.#onError(error, change);
    }
  }
}
