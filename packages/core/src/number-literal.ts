/**
 * A number whose JavaScript value does not say everything that was written: `1.10`, `0x1F`,
 * `1e3`, or an integer above 2^53. Parsers give it in place of a `number` in just these cases;
 * it prints in JSON as the number it is, with every digit.
 */
export class NumberLiteral {
  /** The text as it was written. */
  readonly text: string;
  /** The number in canonical JSON form, every digit kept. */
  readonly json: string;

  constructor(text: string, json: string = text) {
    this.text = text;
    this.json = json;
    Object.freeze(this);
  }

  /** The nearest JavaScript number. */
  valueOf(): number {
    return Number(this.json);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): unknown {
    return rawJson ? rawJson(this.json) : this.valueOf();
  }
}

// `JSON.rawJSON` is in Node 22 and current browsers, and not yet in TypeScript's library.
const rawJson = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
