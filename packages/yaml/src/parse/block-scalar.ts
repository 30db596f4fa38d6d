import { DASH, HASH, NEWLINE, PIPE, PLUS, SPACE, TAB, ZERO, NINE } from './characters.ts';
import type { ParseSettings } from '../parse-options.ts';
import { prepareWritten } from '../prepare-text.ts';
import { changesWhenRewritten, isWrittenAsBlock, writeFolded } from './folded-rewrite.ts';
import { Reader } from './reader.ts';

/** What the first line of a block scalar says. */
interface Header {
  readonly literal: boolean;
  readonly chomping: 'clip' | 'strip' | 'keep';
  /** 0 where it is to be found from the first line. */
  readonly indentation: number;
  /** The first character of the line after it. */
  readonly bodyStart: number;
}

/** Reads the `|` or `>` scalar at the reader, whose parent is indented by `indent`, and moves to the next token. */
export function readBlockScalar(reader: Reader, indent: number): string {
  const start = reader.pos;
  const header = readHeader(reader);
  const found = skipEmptyLines(reader, header.bodyStart, indentationOf(header, indent), start);
  const indentation = found.indentation || Math.max(found.maxIndent, indent + 1, 1);
  const body = new Body(reader, { indentation, literal: header.literal, start });
  body.readLines(header.bodyStart, found);
  const text = body.chomped(header.chomping);
  if (reader.settings.dialect !== 'kustomize') return text;
  if (text.charCodeAt(0) === TAB && isWrittenAsBlock(text)) failAtRewrittenTab(reader, start);
  const rewritten = header.literal ? text : asRewritten(reader, text);
  return header.chomping === 'keep' && body.endsInComment && isWrittenAsBlock(text)
    ? `${rewritten}\n`
    : rewritten;
}

/** kustomize prints what it has read, without an indicator for the indentation here, and cannot read that. */
function failAtRewrittenTab(reader: Reader, start: number): void {
  reader.failLater('found a tab character where an indentation space is expected', start, {
    scanner: true,
    hint: 'kustomize takes no block scalar that starts with a tab: write the text in double quotes.',
  });
}

/**
 * kustomize prints what it has read and decodes that. go-yaml's printer of folded scalars looks at the
 * first line where it should look at the next, so lines that are indented, or at the end, gain a line end.
 */
function asRewritten(reader: Reader, text: string): string {
  if (!changesWhenRewritten(text)) return text;
  const prepared = prepareWritten(writeFolded(text));
  const settings: ParseSettings = { ...reader.settings, dialect: 'yaml11' };
  return readBlockScalar(new Reader(prepared, settings, { start: 0, end: prepared.text.length }), -1);
}

function indentationOf({ indentation }: Header, indent: number): number {
  if (indentation === 0) return 0;
  return indent >= 0 ? indent + indentation : indentation;
}

function readHeader(reader: Reader): Header {
  const { text } = reader;
  const start = reader.pos;
  const literal = text.charCodeAt(start) === PIPE;
  let chomping: Header['chomping'] = 'clip';
  let indentation = 0;
  let i = start + 1;
  for (let code = text.charCodeAt(i); ; code = text.charCodeAt(++i)) {
    if ((code === PLUS || code === DASH) && chomping === 'clip') {
      chomping = code === PLUS ? 'keep' : 'strip';
    } else if (code >= ZERO && code <= NINE && indentation === 0) {
      indentation = code - ZERO;
      if (indentation === 0) failInHeader(reader, 'found an indentation indicator equal to 0', i);
    } else {
      break;
    }
  }
  while (text.charCodeAt(i) === SPACE || text.charCodeAt(i) === TAB) i++;
  if (text.charCodeAt(i) === HASH) i = text.indexOf('\n', i);
  if (text.charCodeAt(i) !== NEWLINE) {
    failInHeader(reader, 'did not find expected comment or line break', i);
  }
  return { literal, chomping, indentation, bodyStart: i + 1 };
}

function failInHeader(reader: Reader, problem: string, offset: number): never {
  reader.fail(problem, offset, {
    context: reader.pos,
    scanner: true,
    hint: 'After | or > come only the indicators -, + and 1 to 9; the text starts on the next line.',
  });
}

/** A run of empty lines before a line with text, or before the end. */
interface EmptyLines {
  readonly lineStart: number;
  /** The first character that is not indentation. */
  readonly pos: number;
  readonly breaks: number;
  readonly maxIndent: number;
  readonly indentation: number;
}

function skipEmptyLines(reader: Reader, from: number, indentation: number, start: number): EmptyLines {
  const { text, end } = reader;
  let lineStart = from;
  let breaks = 0;
  let maxIndent = 0;
  while (lineStart < end) {
    let i = lineStart;
    const limit = indentation === 0 ? Number.POSITIVE_INFINITY : lineStart + indentation;
    while (i < limit && text.charCodeAt(i) === SPACE) i++;
    maxIndent = Math.max(maxIndent, i - lineStart);
    const code = text.charCodeAt(i);
    if (code === TAB && i < limit) failAtTab(reader, i, start);
    if (code !== NEWLINE) return { lineStart, pos: i, breaks, maxIndent, indentation };
    // The newline that the parser itself put after the last line is none of the text.
    if (i < reader.prepared.length) breaks++;
    lineStart = i + 1;
  }
  return { lineStart: end, pos: end, breaks, maxIndent, indentation };
}

function failAtTab(reader: Reader, offset: number, context: number): never {
  reader.fail('found a tab character where an indentation space is expected', offset, {
    context,
    scanner: true,
    hint: 'YAML is indented with spaces: replace the tab.',
  });
}

/** The text of a block scalar while its lines are read. */
class Body {
  readonly #reader: Reader;
  readonly #indentation: number;
  readonly #literal: boolean;
  readonly #start: number;
  #text = '';
  /** What the last line of the text ended in: chomping decides what becomes of it. */
  #lastBreak = '';
  /** The line ends of the empty lines after it. */
  #emptyLines = '';
  #lastLineBlank = false;
  /**
   * Whether empty lines and then nothing but comments follow, to the end of the document. When kustomize
   * prints what it has read, it has an empty line more in front of these.
   */
  endsInComment = false;

  constructor(reader: Reader, options: { indentation: number; literal: boolean; start: number }) {
    this.#reader = reader;
    this.#indentation = options.indentation;
    this.#literal = options.literal;
    this.#start = options.start;
  }

  readLines(bodyStart: number, first: EmptyLines): void {
    const { text, end, prepared } = this.#reader;
    let lines = first;
    this.#emptyLines = this.#reader.breaksBetween(bodyStart, first.lineStart, first.breaks);
    // The first line may be indented by more than an indicator says.
    while (lines.pos < end && lines.pos - lines.lineStart >= this.#indentation) {
      const from = lines.lineStart + this.#indentation;
      const lineEnd = text.indexOf('\n', from);
      this.#addLine(text, from, lineEnd);
      this.#lastBreak = lineEnd < prepared.length ? (prepared.otherBreaks?.get(lineEnd) ?? '\n') : '';
      lines = skipEmptyLines(this.#reader, lineEnd + 1, this.#indentation, this.#start);
      this.#emptyLines = this.#reader.breaksBetween(lineEnd + 1, lines.lineStart, lines.breaks);
    }
    this.#finish(lines);
  }

  #finish(lines: EmptyLines): void {
    const reader = this.#reader;
    if (lines.pos >= reader.end) {
      reader.startLine(reader.end, reader.end);
      return;
    }
    reader.pos = lines.lineStart - 1;
    reader.lineStart = lines.lineStart;
    reader.skipToToken();
    this.endsInComment =
      this.#emptyLines !== '' && reader.column === -1 && reader.text.charCodeAt(lines.pos) === HASH;
  }

  #addLine(text: string, from: number, lineEnd: number): void {
    const code = text.charCodeAt(from);
    const blank = code === SPACE || code === TAB;
    const folds = !this.#literal && this.#lastBreak === '\n' && !this.#lastLineBlank && !blank;
    if (folds) {
      if (this.#emptyLines === '') this.#text += ' ';
    } else {
      this.#text += this.#lastBreak;
    }
    this.#text += this.#emptyLines;
    this.#text += text.slice(from, lineEnd);
    this.#lastLineBlank = blank;
  }

  chomped(chomping: Header['chomping']): string {
    if (chomping === 'strip') return this.#text;
    const text = this.#text + this.#lastBreak;
    return chomping === 'keep' ? text + this.#emptyLines : text;
  }
}
