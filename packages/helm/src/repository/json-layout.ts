import { type ChartRange, IndexLayout, type LayoutScanner, UnusualForm } from './index-layout.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const decoder = new TextDecoder();

/** Depths of brackets: of the index, of `entries`, of a chart's list, of an entry. */
const INDEX = 1;
const ENTRIES = 2;
const LIST = 3;
const ENTRY = 4;
const MAX_DEPTH = 100;

/** Finds charts and their entries in an index of JSON by its brackets and keys. Values are not looked into. */
export class JsonLayoutScanner implements LayoutScanner {
  readonly layout: IndexLayout = new IndexLayout();
  #at = 0;
  #depth = 0;
  /** The last byte outside of texts that is no space; of a text, its quote. */
  #previous = 0;
  #stringStart = -1;
  #isEscaped = false;
  /** The text that came last, without its quotes. */
  #text: { start: number; end: number } | undefined;
  #isVersion = false;
  #isEntries = false;
  #inEntries = false;
  #inEntry = false;
  #chart: ChartRange | undefined;

  advance(bytes: Uint8Array, isWhole: boolean): void {
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at]!;
      if (this.#stringStart >= 0) this.#takeTextByte(byte);
      else if (byte > 0x20) this.#takeByte(byte, bytes);
    }
    if (isWhole && (this.#depth !== 0 || this.#stringStart >= 0))
      throw new UnusualForm('the index ends too early');
  }

  #takeTextByte(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) {
      this.#text = { start: this.#stringStart, end: this.#at };
      this.#stringStart = -1;
      if (this.#isVersion) this.#noteVersion();
    }
  }

  #takeByte(byte: number, bytes: Uint8Array): void {
    this.#checkPlace(byte);
    this.#previous = byte;
    switch (byte) {
      case QUOTE:
        this.#stringStart = this.#at + 1;
        break;
      case COLON:
        this.#takeKey(bytes);
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        this.#open(byte === OPEN_OBJECT);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        this.#close();
        break;
      case COMMA:
        this.#isVersion = this.#isEntries = false;
        break;
      default:
        // A number or null in the place of an entry.
        if (this.#inEntries && this.#depth === LIST && this.#chart) this.#chart.isInline = true;
    }
  }

  /** What looks like JSON may be YAML, in which quotes and braces can stand within plain text. */
  #checkPlace(byte: number): void {
    const follows = this.#previous;
    if (byte === COLON && follows !== QUOTE) throw new UnusualForm('a key is missing');
    if (byte !== QUOTE && byte !== OPEN_OBJECT && byte !== OPEN_LIST) return;
    const isAllowed =
      follows === 0 ||
      follows === OPEN_OBJECT ||
      follows === OPEN_LIST ||
      follows === COMMA ||
      follows === COLON;
    if (!isAllowed) throw new UnusualForm('a value within another');
  }

  #takeKey(bytes: Uint8Array): void {
    if (this.#depth === INDEX) this.#isEntries = this.#keyText(bytes) === 'entries';
    else if (this.#depth === ENTRIES && this.#inEntries) this.#startChart(this.#keyText(bytes));
    else if (this.#inEntry && this.#depth === ENTRY && this.#textLength === 'version'.length)
      this.#isVersion = this.#keyText(bytes) === 'version';
  }

  get #textLength(): number {
    return this.#text ? this.#text.end - this.#text.start : 0;
  }

  #keyText(bytes: Uint8Array): string {
    const { start = 0, end = 0 } = this.#text ?? {};
    try {
      return JSON.parse(decoder.decode(bytes.slice(start - 1, end + 1))) as string;
    } catch {
      throw new UnusualForm('a key is no JSON');
    }
  }

  #startChart(name: string): void {
    this.#endChart(this.#text!.start - 1);
    // Of a chart that is there twice, Go keeps the last.
    this.#chart = { start: this.#text!.start - 1, end: -1, entries: [], isInline: true };
    this.layout.charts.set(name, this.#chart);
  }

  #endChart(end: number): void {
    if (this.#chart && this.#chart.end < 0) this.#chart.end = end;
    this.#chart = undefined;
  }

  #open(isObject: boolean): void {
    if (++this.#depth > MAX_DEPTH) throw new UnusualForm('the index is nested too deeply');
    if (this.#depth === INDEX && !isObject) throw new UnusualForm('the index is no object');
    this.#isVersion = false;
    if (this.#depth === ENTRIES && this.#isEntries) this.#openEntries(isObject);
    if (!this.#inEntries || !this.#chart) return;
    if (this.#depth === LIST) this.#chart.isInline = isObject;
    if (this.#depth === ENTRY && !isObject) this.#chart.isInline = true;
    if (this.#depth !== ENTRY || !isObject) return;
    this.#inEntry = true;
    this.#chart.entries.push(this.#at, -1, -1, -1);
    this.layout.count++;
  }

  #openEntries(isObject: boolean): void {
    if (!isObject || this.layout.entriesStart >= 0) throw new UnusualForm('entries is no object');
    this.layout.entriesStart = this.#at;
    this.#inEntries = true;
  }

  #close(): void {
    const { entries } = this.#chart ?? {};
    if (this.#depth === ENTRY && this.#inEntry && entries) entries[entries.length - 3] = this.#at + 1;
    if (this.#depth === ENTRY) this.#inEntry = false;
    if (this.#depth === LIST && this.#inEntries) this.#endChart(this.#at + 1);
    if (this.#depth === ENTRIES && this.#inEntries) {
      this.#endChart(this.#at);
      this.#inEntries = false;
      this.layout.entriesEnd = this.#at + 1;
    }
    if (--this.#depth < 0) throw new UnusualForm('a bracket too many');
  }

  #noteVersion(): void {
    this.#isVersion = false;
    const { entries } = this.#chart ?? {};
    if (!entries || !this.#text) return;
    entries[entries.length - 2] = this.#text.start;
    entries[entries.length - 1] = this.#text.end;
  }
}
