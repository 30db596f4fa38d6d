import type { Outgoing } from '../embedded/http/exchange.ts';
import { expiredEvent } from './fault-status.ts';
import type { WatchEnd } from './fault.ts';

/** Ends the connection as soon as everything that was written is out, and leaves the answer unfinished. */
export function breakOff(response: Outgoing): void {
  response.socket?.destroySoon();
}

/** Sends one half of a body and ends the connection. The head says that more is to come. */
export function tear(response: Outgoing, body: Buffer): void {
  response.write(body.subarray(0, body.length >> 1));
  breakOff(response);
}

/** Counts the events of a watch and ends it in its time. */
export class WatchGate {
  readonly #end: WatchEnd['end'];
  readonly #response: Outgoing;
  #left: number;
  #isOver = false;

  constructor({ afterEvents, end }: WatchEnd, response: Outgoing) {
    this.#end = end;
    this.#left = afterEvents;
    this.#response = response;
  }

  /** Whether the watch may end in good order: one that has stalled never does. */
  get mayEnd(): boolean {
    return !(this.#isOver && this.#end === 'stalled');
  }

  /** Whether an event may go out; at the first that may not, the watch ends. @param line an event with its line break */
  admits(line: Buffer): boolean {
    if (this.#left-- > 0) return true;
    if (!this.#isOver) this.#close(line);
    this.#isOver = true;
    return false;
  }

  #close(line: Buffer): void {
    const response = this.#response;
    if (this.#end === 'stalled') return;
    if (this.#end === 'torn') tear(response, line);
    else if (this.#end === 'dropped') breakOff(response);
    else response.end(this.#end === 'expired' ? expiredEvent() : undefined);
  }
}

/** The end that a fault means for a watch: a torn answer is torn in its first event. */
export function watchEndOf({
  answer,
  watch,
}: {
  answer?: 'lost' | 'torn';
  watch?: WatchEnd;
}): WatchEnd | undefined {
  return answer === 'torn' ? { afterEvents: 0, end: 'torn' } : watch;
}
