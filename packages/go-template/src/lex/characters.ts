/** `unicode.IsLetter`, `unicode.IsDigit` or an underscore: what names are made of. */
export function isNameCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x80 ? isAsciiName(code) : /^[\p{L}\p{Nd}]$/u.test(character);
}

/** The same of a UTF-16 unit, for those that ASCII has. */
export function isAsciiName(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f
  );
}

/** What a number can begin with. */
export function isNumberStart(character: string): boolean {
  return (
    (character >= '0' && character <= '9') || character === '.' || character === '+' || character === '-'
  );
}

/** The characters that template text is trimmed of, and that separate operands. */
export function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

/** A character as Go's `%#U` prints it: `U+0040 '@'`. */
export function describeCharacter(character: string): string {
  if (character === '') return 'U+FFFFFFFFFFFFFFFF';
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(character) ? `U+${hex} '${character}'` : `U+${hex}`;
}

/** `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the space. */
export function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}
