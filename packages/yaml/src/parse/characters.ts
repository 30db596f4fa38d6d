/** The characters that the grammar names, as code units. */
export const TAB = 9;
export const NEWLINE = 10;
export const SPACE = 32;
export const EXCLAMATION = 33;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const PERCENT = 37;
export const AMPERSAND = 38;
export const SINGLE_QUOTE = 39;
export const ASTERISK = 42;
export const PLUS = 43;
export const COMMA = 44;
export const DASH = 45;
export const DOT = 46;
export const ZERO = 48;
export const NINE = 57;
export const COLON = 58;
export const LESS = 60;
export const GREATER = 62;
export const QUESTION = 63;
export const AT = 64;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const BACKTICK = 96;
export const OPEN_BRACE = 123;
export const PIPE = 124;
export const CLOSE_BRACE = 125;

/** Whether a plain scalar may start with an ASCII character, whatever follows it. */
const PLAIN_START: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  code > SPACE && !'-?:,[]{}#&*!|>\'"%@`'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** Whether a plain scalar starts with this character, whatever follows. */
export function startsPlain(code: number): boolean {
  return code > 127 || PLAIN_START[code] === 1;
}

/** A space, a tab or the end of a line: what makes an indicator of `-`, `?` and `:`. */
export function isBlankOrBreak(code: number): boolean {
  return code === SPACE || code === NEWLINE || code === TAB;
}

/** Whether a line that no scalar goes on with ends the document: a marker or a directive. */
export function isDocumentEnd(text: string, lineStart: number): boolean {
  return text.charCodeAt(lineStart) === PERCENT || isDocumentMarker(text, lineStart);
}

/** Whether a line starts with `---` or `...` and nothing that would make it a plain scalar. */
export function isDocumentMarker(text: string, lineStart: number): boolean {
  const code = text.charCodeAt(lineStart);
  return (
    (code === DASH || code === DOT) &&
    text.charCodeAt(lineStart + 1) === code &&
    text.charCodeAt(lineStart + 2) === code &&
    isBlankOrBreak(text.charCodeAt(lineStart + 3))
  );
}
