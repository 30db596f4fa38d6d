import { isBlankOrBreak } from './characters.ts';

/**
 * Finds what ends plain scalars. The engine searches for a character many times faster than it could be done
 * here; what it has found is kept for all documents of a text, since most of a text has no `#`.
 */
export class PlainEnds {
  readonly #text: string;
  /** The next colon and `#` behind an offset, once they are known. */
  #colonStart = 0;
  #colon = -1;
  #hashStart = 0;
  #hash = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of what ends a plain scalar on its line: a line end, the `#` of a comment or the `:` of a key. */
  find(start: number): number {
    const text = this.#text;
    const lineEnd = text.indexOf('\n', start);
    let colon = this.#colonFrom(start);
    while (colon < lineEnd && !isBlankOrBreak(text.charCodeAt(colon + 1))) colon = this.#colonFrom(colon + 1);
    const stop = colon < lineEnd ? colon : lineEnd;
    let hash = this.#hashFrom(start);
    while (hash < stop && !(hash > start && isBlankOrBreak(text.charCodeAt(hash - 1)))) {
      hash = this.#hashFrom(hash + 1);
    }
    return hash < stop ? hash : stop;
  }

  /** Most values have no colon, and then the next is that of the next key. */
  #colonFrom(start: number): number {
    if (start < this.#colonStart || start > this.#colon) {
      const found = this.#text.indexOf(':', start);
      this.#colonStart = start;
      this.#colon = found < 0 ? this.#text.length : found;
    }
    return this.#colon;
  }

  #hashFrom(start: number): number {
    if (start < this.#hashStart || start > this.#hash) {
      const found = this.#text.indexOf('#', start);
      this.#hashStart = start;
      this.#hash = found < 0 ? this.#text.length : found;
    }
    return this.#hash;
  }
}
