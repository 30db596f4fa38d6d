/** Counts what aliases and merges add to the documents of one text: the bound against alias bombs. */
export class AliasBudget {
  #left: number;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
    this.#left = limit;
  }

  spend(): boolean {
    return --this.#left >= 0;
  }
}
