/** What a header of an answer can hold; the server cuts what is longer. */
const MAX_LENGTH = 256;
const MAX_TOTAL = 4096;

/** The warnings of one answer, within the limits that the server has for them. */
export class Warnings {
  readonly #texts: string[] = [];
  #total = 0;

  add(text: string): void {
    // By characters, so that none is cut in two; control characters would break the header.
    const characters = Array.from(text.replaceAll(/\p{Cc}+/gu, ' ').trim()).slice(0, MAX_LENGTH);
    if (characters.length === 0 || this.#total + characters.length > MAX_TOTAL) return;
    this.#total += characters.length;
    this.#texts.push(characters.join(''));
  }

  get texts(): readonly string[] {
    return this.#texts;
  }
}
