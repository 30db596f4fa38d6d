import { int64, parseTimeValue, quoteString } from '@gitops-toolkit/go-template';
import { END, isDigit, isNewline, isSpace, quoteCharacter, type TomlScanner } from './toml-scanner.ts';

const MAX_INT64 = (1n << 63n) - 1n;

/** The layouts of dates and times, after which a value is tried in this order. */
const LAYOUTS = [
  '2006-01-02T15:04:05.999999999Z07:00',
  '2006-01-02T15:04:05.999999999',
  '2006-01-02',
  '15:04:05.999999999',
  '2006-01-02T15:04Z07:00',
  '2006-01-02T15:04',
  '15:04',
];

/** A number, date, time or boolean. */
export function readScalar(scanner: TomlScanner): unknown {
  const first = scanner.peek();
  if (isDigit(first)) return readNumberOrDate(scanner);
  if (first === '+' || first === '-') return readSigned(scanner);
  if (first === '.') throw afterNext(scanner, "floats must start with a digit, not '.'");
  if (scanner.accept('inf')) return Infinity;
  if (scanner.accept('nan')) return NaN;
  if (/^\p{L}$/u.test(first)) return readBoolean(scanner);
  scanner.next();
  if (first === END) throw scanner.fault('unexpected EOF; expected value');
  const message = `expected value but found ${quoteCharacter(first)} instead`;
  throw isNewline(first) ? scanner.faultBefore(message) : scanner.fault(message);
}

function afterNext(scanner: TomlScanner, message: string): Error {
  scanner.next();
  return scanner.fault(message);
}

function readBoolean(scanner: TomlScanner): boolean {
  const word = scanner.takeWhile((character) => /^\p{L}$/u.test(character));
  if (word === 'true' || word === 'false') return word === 'true';
  throw scanner.fault(`expected value but found ${quoteString(word)} instead`);
}

function readSigned(scanner: TomlScanner): unknown {
  const sign = scanner.next();
  if (scanner.accept('inf')) return sign === '-' ? -Infinity : Infinity;
  if (scanner.accept('nan')) return NaN;
  const first = scanner.next();
  if (first === 'i' || first === 'n') throw scanner.fault(`invalid float: '${sign}${first}'`);
  if (first === '.') throw scanner.fault("floats must start with a digit, not '.'");
  if (!isDigit(first)) throw scanner.fault(`expected a digit but got ${quoteCharacter(first)}`);
  if (first === '0' && 'box'.includes(scanner.peek()) && scanner.peek() !== END) {
    throw scanner.fault(`cannot use sign with non-decimal numbers: '${sign}0${scanner.peek()}'`);
  }
  return readDecimal(scanner, sign + first);
}

const BASES: Readonly<Record<string, readonly [digits: RegExp, name: string]>> = {
  b: [/^[01]$/, 'a binary'],
  o: [/^[0-7]$/, 'an octal'],
  x: [/^[0-9a-fA-F]$/, 'a hexadecimal'],
};

function readNumberOrDate(scanner: TomlScanner): unknown {
  const start = scanner.next();
  const base = start === '0' && Object.hasOwn(BASES, scanner.peek()) ? BASES[scanner.peek()] : undefined;
  if (base) return readBased(scanner, ...base);
  const digits = start + scanner.takeWhile(isDigit);
  const next = scanner.peek();
  if (next === '-' || next === ':') return readDate(scanner, digits);
  return readDecimal(scanner, digits);
}

function readBased(scanner: TomlScanner, digits: RegExp, name: string): unknown {
  const prefix = `0${scanner.next()}`;
  if (!digits.test(scanner.peek())) {
    throw scanner.fault(`not ${name} number: '${prefix}${scanner.peek() || '\0'}'`);
  }
  return integer(
    scanner,
    prefix + scanner.takeWhile((character) => character === '_' || digits.test(character)),
  );
}

function readDecimal(scanner: TomlScanner, start: string): unknown {
  const whole = start + scanner.takeWhile((character) => isDigit(character) || character === '_');
  if (!/^[.eE]$/.test(scanner.peek())) return integer(scanner, whole);
  return float(scanner, whole + scanner.takeWhile((character) => /^[0-9_.eE+-]$/.test(character)));
}

const underscoresFit = (text: string): boolean =>
  !/(^|[^0-9a-fA-F])_|_($|[^0-9a-fA-F])/.test(text) && text !== '';

const hasLeadingZero = (text: string): boolean => /^0[^box]/.test(text) || /^[+-]0./.test(text);

function integer(scanner: TomlScanner, text: string): unknown {
  const fault = (what: string): Error => scanner.fault(`Invalid integer ${quoteString(text)}: ${what}`);
  if (!underscoresFit(text)) throw fault('underscores must be surrounded by digits');
  if (hasLeadingZero(text)) throw fault('cannot have leading zeroes');
  const digits = text.replaceAll('_', '').replace(/^[+-]/, '');
  const value = text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  if (value > MAX_INT64 || value < -MAX_INT64 - 1n) throw scanner.fault(`${text} is out of range for int64`);
  return int64(value);
}

function float(scanner: TomlScanner, text: string): number {
  const fault = (what: string): Error => scanner.fault(`Invalid float ${quoteString(text)}: ${what}`);
  const parts = text.split(/[.eE]/).filter((part) => part !== '');
  if (!parts.every(underscoresFit)) throw fault('underscores must be surrounded by digits');
  if (hasLeadingZero(parts[0] ?? '')) throw fault('cannot have leading zeroes');
  if (/\.(\D|$)/.test(text)) throw fault("'.' must be followed by one or more digits");
  const bare = text.replaceAll('_', '');
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(bare))
    throw scanner.fault(`Invalid float value: ${quoteString(text)}`);
  const value = Number(bare);
  if (!Number.isFinite(value)) throw scanner.fault(`${text} is out of range for float64`);
  return value;
}

function readDate(scanner: TomlScanner, start: string): unknown {
  const rest = scanner.takeWhile((character) =>
    isSpace(character) ? character === ' ' : /^[0-9:TtZz.+-]$/.test(character),
  );
  const text = (start + rest).trim().replaceAll('z', 'Z').replaceAll('t', 'T').replaceAll(' ', 'T');
  for (const layout of LAYOUTS) {
    const value = fitsLayout(text, layout) ? parseTimeValue(layout, text) : undefined;
    if (value) return value;
  }
  throw scanner.fault(`invalid datetime: ${quoteString(text)}`);
}

/** Zeros that Go would let be left out have to be there. */
function fitsLayout(text: string, layout: string): boolean {
  for (let i = 0; i < layout.length; i++) {
    const wanted = layout[i] ?? '';
    if (wanted === '.' || wanted === 'Z') return true;
    if (!isDigit(wanted) && text[i] !== wanted) return false;
  }
  return true;
}
