import { type ChartRange, IndexLayout, type LayoutScanner, UnusualForm } from './index-layout.ts';
import { skipSpaces, takeLineApart, type YamlLine } from './yaml-line.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HASH = 0x23;
const decoder = new TextDecoder();

/** Keys that are read as themselves, whatever the version of YAML. */
const PLAIN_KEY = /^[A-Za-z][\w.-]*$/;
const RESERVED_KEY = /^(y|n|yes|no|on|off|true|false|null)$/i;

/**
 * Finds charts and their entries in an index of YAML by its lines: what is indented less than a chart's name ends the
 * chart. Texts of several lines are passed over; what makes lines mean something else is an {@link UnusualForm}.
 */
export class YamlLayoutScanner implements LayoutScanner {
  readonly layout: IndexLayout = new IndexLayout();
  #at = 0;
  /** There is no newline between `#at` and here. */
  #searched = 0;
  #resume = 0;
  /** Lines that are indented more belong to a text of several lines: in block style, or plain. */
  #block = -1;
  #plain = -1;
  #isEnded = false;
  #hasContent = false;
  #inEntries = false;
  #chartIndent = -1;
  #chart: ChartRange | undefined;
  #entryIndent = -1;
  #keyColumn = -1;

  advance(bytes: Uint8Array, isWhole: boolean): void {
    if (this.#at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3;
    while (!this.#isEnded && this.#at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, Math.max(this.#at, this.#searched));
      if (newline < 0) this.#searched = bytes.length;
      if (newline < 0 && !isWhole) return;
      if (!this.#takeLine(bytes, newline < 0 ? bytes.length : newline, isWhole)) return;
    }
    if (isWhole) this.#close(Math.min(this.#at, bytes.length));
  }

  /** Whether the line could be taken; not where the end of a quoted text is yet to come. */
  #takeLine(bytes: Uint8Array, end: number, isWhole: boolean): boolean {
    const start = this.#at;
    const first = firstOf(bytes, start, end);
    const indent = first - start;
    if (first >= end || bytes[first] === RETURN || this.#isWithinText(indent)) return this.#goOn(end + 1);
    this.#block = -1;
    if (bytes[first] === HASH) return this.#goOn(end + 1);
    skipSpaces(bytes, start, end);
    if (indent === 0 && this.#isMarker(bytes, start, end)) return true;
    const line = takeLineApart(bytes, start, end, { resume: this.#resume, isWhole });
    if ('resume' in line) {
      if (isWhole) throw new UnusualForm('a quote is not closed');
      this.#resume = line.resume;
      return false;
    }
    this.#hasContent = true;
    this.#remember(line);
    this.#place(line, bytes);
    return this.#goOn(line.next);
  }

  #goOn(next: number): true {
    this.#at = next;
    this.#resume = 0;
    return true;
  }

  #isWithinText(indent: number): boolean {
    if (this.#block >= 0) return indent > this.#block;
    return this.#plain >= 0 && indent > this.#plain;
  }

  /** `---` in front of all else is nothing; behind it the document ends, as it does at `...`. */
  #isMarker(bytes: Uint8Array, start: number, end: number): boolean {
    const text = decoder.decode(bytes.slice(start, Math.min(end, start + 8))).trimEnd();
    if (text.startsWith('%')) throw new UnusualForm('a directive');
    if (text !== '---' && text !== '...') {
      if (/^(---|\.\.\.)\s/.test(text)) throw new UnusualForm('a document that begins on its marker');
      return false;
    }
    if (this.#hasContent) {
      this.#isEnded = true;
      this.#at = start;
      return true;
    }
    return this.#goOn(end + 1);
  }

  #remember(line: YamlLine): void {
    const parent = line.keyStart >= 0 ? line.column : line.dash;
    this.#block = line.kind === 'block' ? parent : -1;
    this.#plain = line.kind === 'plain' ? parent : -1;
  }

  #place(line: YamlLine, bytes: Uint8Array): void {
    if (line.keyStart >= 0 && isText(bytes, line, '<<')) throw new UnusualForm('a merge');
    if (line.indent === 0 && line.dash < 0) return this.#startTopLevel(line, bytes);
    if (!this.#inEntries) return;
    if (this.#chartIndent < 0) this.#chartIndent = line.indent;
    if (line.indent < this.#chartIndent) throw new UnusualForm('charts are indented differently');
    if (line.indent === this.#chartIndent && line.dash < 0) this.#startChart(line, bytes);
    else this.#placeInChart(line, bytes);
  }

  #startTopLevel(line: YamlLine, bytes: Uint8Array): void {
    if (line.keyStart < 0) throw new UnusualForm('the index is no map');
    this.#close(line.start);
    if (!isText(bytes, line, 'entries')) return;
    if (this.layout.entriesStart >= 0) throw new UnusualForm('entries twice');
    this.layout.entriesStart = line.start;
    this.#inEntries = line.kind === 'none';
    if (this.#inEntries) return;
    const value = decoder.decode(bytes.slice(line.valueStart, line.valueEnd));
    if (!/^(\{ *\}|null|~)$/.test(value)) throw new UnusualForm('charts in brackets');
    this.layout.entriesEnd = line.next;
  }

  #startChart(line: YamlLine, bytes: Uint8Array): void {
    this.#closeChart(line.start);
    const name = nameOf(line, bytes);
    if (this.layout.charts.has(name)) throw new UnusualForm('a chart twice');
    const isInline = line.kind !== 'none';
    this.#chart = { start: line.start, end: -1, entries: [], isInline };
    this.layout.charts.set(name, this.#chart);
  }

  #placeInChart(line: YamlLine, bytes: Uint8Array): void {
    const chart = this.#chart;
    if (!chart) throw new UnusualForm('a list of charts');
    if (chart.isInline) return;
    const isFirst = chart.entries.length === 0;
    if (isFirst && line.dash < 0) {
      chart.isInline = true;
      return;
    }
    if (isFirst) this.#entryIndent = line.indent;
    if (line.indent < this.#entryIndent || (line.indent === this.#entryIndent && line.dash < 0))
      throw new UnusualForm('entries are indented differently');
    if (line.indent === this.#entryIndent) this.#startEntry(chart, line);
    if (line.keyStart < 0) return;
    if (this.#keyColumn < 0) this.#keyColumn = line.column;
    if (line.column === this.#keyColumn && isText(bytes, line, 'version')) noteVersion(chart, line);
  }

  #startEntry(chart: ChartRange, line: YamlLine): void {
    closeEntry(chart, line.start);
    chart.entries.push(line.start, -1, -1, -1);
    this.layout.count++;
    this.#keyColumn = -1;
  }

  #close(end: number): void {
    this.#closeChart(end);
    if (this.#inEntries) this.layout.entriesEnd = end;
    this.#inEntries = false;
  }

  #closeChart(end: number): void {
    if (!this.#chart) return;
    this.#chart.end = end;
    closeEntry(this.#chart, end);
    this.#chart = undefined;
  }
}

function closeEntry({ entries }: ChartRange, end: number): void {
  if (entries.length > 0) entries[entries.length - 3] = end;
}

function noteVersion({ entries }: ChartRange, line: YamlLine): void {
  if (line.kind !== 'plain' && line.kind !== 'quoted') return;
  entries[entries.length - 2] = line.valueStart;
  entries[entries.length - 1] = line.valueEnd;
}

function nameOf({ keyStart, keyEnd, isQuotedKey }: YamlLine, bytes: Uint8Array): string {
  const text = decoder.decode(bytes.slice(keyStart, keyEnd));
  const isPlain = PLAIN_KEY.test(text) && (isQuotedKey || !RESERVED_KEY.test(text));
  if (!isPlain && !(isQuotedKey && /^[\w.-]+$/.test(text)))
    throw new UnusualForm('a name of other characters');
  return text;
}

function isText(bytes: Uint8Array, { keyStart, keyEnd }: YamlLine, text: string): boolean {
  if (keyEnd - keyStart !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[keyStart + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The first character that is no space; a tab is one, as it may stand within texts. */
function firstOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 0x20) at++;
  return at;
}
