import { byteLength, hasRawBytes, sliceBytes, toBytes } from '../value/go-string.ts';
import { characterCount, pad, type VerbFlags } from './verb.ts';
import { quoteString } from './quote.ts';

/** A string under a verb, or `undefined` for a verb that strings do not have. */
export function formatString(value: string, verb: string, flags: VerbFlags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.sharpV ? quoted(value, flags) : pad(truncated(value, flags), flags);
    case 's':
      return pad(truncated(value, flags), flags);
    case 'q':
      return quoted(value, flags);
    case 'x':
    case 'X':
      return pad(hexOf(value, verb, flags), flags);
    default:
      return undefined;
  }
}

function truncated(value: string, { precision }: VerbFlags): string {
  if (precision === undefined || value.length <= precision || characterCount(value) <= precision)
    return value;
  return Array.from(value).slice(0, precision).join('');
}

function quoted(value: string, flags: VerbFlags): string {
  const text = truncated(value, flags);
  // A raw string is shown as one where that is possible.
  if (flags.sharp && canBeRaw(text)) return pad(`\`${text}\``, flags);
  return pad(quoteString(text, flags.plus), flags);
}

/** `strconv.CanBackquote`. */
function canBeRaw(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !hasRawBytes(text) && !/[\u0000-\u0008\u000a-\u001f`\u007f\ufeff]/.test(text);
}

/** Two digits a byte; the precision counts bytes. */
function hexOf(value: string, verb: 'x' | 'X', flags: VerbFlags): string {
  const length = byteLength(value);
  const text =
    flags.precision !== undefined && flags.precision < length ? sliceBytes(value, 0, flags.precision) : value;
  const bytes = [...toBytes(text)].map((byte) => byte.toString(16).padStart(2, '0'));
  if (bytes.length === 0) return '';
  const prefix = flags.sharp ? '0x' : '';
  const joined = flags.space ? bytes.map((byte) => prefix + byte).join(' ') : prefix + bytes.join('');
  return verb === 'X' ? joined.toUpperCase() : joined;
}
