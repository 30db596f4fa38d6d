/** What stands between `%` and the letter of a verb in a format of Go's `fmt`. */
export interface VerbFlags {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v`. */
  plusV: boolean;
  /** `%#v`. */
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

/** No flags at all, as `%v` has. */
export function noFlags(): VerbFlags {
  return {
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
  };
}

/** Fills a text up to the width, counted in characters. */
export function pad(text: string, flags: VerbFlags, zero: boolean = flags.zero): string {
  const missing = (flags.width ?? 0) - characterCount(text);
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}

/** How many characters a text has; a byte that is none counts as one. */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    const next = text.charCodeAt(i + 1);
    if (code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000) count--;
  }
  return count;
}
