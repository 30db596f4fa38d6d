import { refOf, refString } from '@gitops-toolkit/core';

import { BoundedMap } from './bounded-map.ts';
import type { ObjectEvent } from './event.ts';

/** What to do about an event. */
export type Correlation =
  | { readonly action: 'create'; readonly message: string; readonly key: string }
  /** The cluster has it already: raise its count. */
  | {
      readonly action: 'repeat';
      readonly message: string;
      readonly key: string;
      readonly name: string;
      readonly count: number;
      readonly firstAt: number;
    }
  /** The object has too much to say. */
  | { readonly action: 'drop' };

interface Recorded {
  readonly name: string;
  readonly firstAt: number;
  count: number;
}

interface Similar {
  readonly messages: Set<string>;
  lastAt: number;
}

const maxRemembered = 4096;
const similarWithinMs = 10 * 60_000;
const maxSimilar = 10;
const spamBurst = 25;
const spamRefillMs = 300_000;

/** Tells events apart that say something else, or of something else. */
export function eventKey(event: ObjectEvent): string {
  return JSON.stringify([groupOf(event), event.message]);
}

function groupOf(event: ObjectEvent): string {
  return JSON.stringify([subjectOf(event), event.type, event.reason]);
}

function subjectOf({ object }: ObjectEvent): string {
  return `${refString(refOf(object))} ${object.metadata.uid ?? ''}`;
}

/**
 * Keeps events from flooding the cluster, by the rules of Kubernetes' own recorders: what is said
 * again is counted, what is similar is combined, and an object has a budget of 25 events and one
 * more every 5 minutes.
 */
export class EventCorrelator {
  readonly #recorded = new BoundedMap<string, Recorded>(maxRemembered);
  readonly #similar = new BoundedMap<string, Similar>(maxRemembered);
  /** When the budget of an object would be whole again. */
  readonly #budgets = new BoundedMap<string, number>(maxRemembered);

  /** @param now milliseconds of any clock, always the same */
  correlate(event: ObjectEvent, now: number): Correlation {
    const subject = subjectOf(event);
    const { message, key } = this.#combine(event, now);
    if (!this.#spend(subject, now)) return { action: 'drop' };
    const recorded = this.#recorded.get(key);
    if (!recorded) return { action: 'create', message, key };
    recorded.count++;
    const { name, count, firstAt } = recorded;
    return { action: 'repeat', message, key, name, count, firstAt };
  }

  /** Remembers the event that was created. */
  created(key: string, name: string, now: number): void {
    this.#recorded.set(key, { name, count: 1, firstAt: now });
  }

  #combine(event: ObjectEvent, now: number): { message: string; key: string } {
    const { message } = event;
    const group = groupOf(event);
    const similar = this.#similar.get(group);
    const isRecent = similar !== undefined && now - similar.lastAt <= similarWithinMs;
    const messages = isRecent ? similar.messages : new Set<string>();
    messages.add(message);
    this.#similar.set(group, { messages, lastAt: now });
    if (messages.size <= maxSimilar) return { message, key: eventKey(event) };
    // It is combined from here on; what it was made of need not be kept.
    messages.delete(message);
    return { message: `(combined from similar events): ${message}`, key: group };
  }

  /** A bucket of tokens, written as the time at which it is full again. */
  #spend(subject: string, now: number): boolean {
    const fullAt = Math.max(this.#budgets.get(subject) ?? now, now);
    if (fullAt - now > (spamBurst - 1) * spamRefillMs) return false;
    this.#budgets.set(subject, fullAt + spamRefillMs);
    return true;
  }
}
