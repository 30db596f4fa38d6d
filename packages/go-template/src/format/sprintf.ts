import { countWork } from '../execute/limits.ts';
import { baseType, Sized } from '../value/sized.ts';
import { typeOf } from '../value/go-type.ts';
import { formatValue, printValue } from './format-value.ts';
import { noFlags, type VerbFlags } from './verb.ts';

/** `fmt.Sprint`: a space between two operands where neither is a string. */
export function sprint(values: readonly unknown[]): string {
  let text = '';
  let wasString = true;
  for (const [i, value] of values.entries()) {
    const isString = typeof value === 'string';
    if (i > 0 && !isString && !wasString) text += ' ';
    text += printValue(value ?? null);
    wasString = isString;
  }
  return text;
}

/** `fmt.Sprintln`: a space between all operands, and a line end. */
export function sprintln(values: readonly unknown[]): string {
  return `${values.map((value) => printValue(value ?? null)).join(' ')}\n`;
}

/** `fmt.Sprintf`, with its marks for whatever is wrong with the format. */
export function sprintf(format: string, values: readonly unknown[]): string {
  return new Printf(format, values).run();
}

/** Larger widths and precisions are refused by Go too. */
const TOO_LARGE = 1_000_000;

class Printf {
  readonly #format: string;
  readonly #values: readonly unknown[];
  #at = 0;
  #next = 0;
  #isReordered = false;
  #isGoodIndex = true;
  #isAfterIndex = false;

  constructor(format: string, values: readonly unknown[]) {
    this.#format = format;
    this.#values = values;
  }

  run(): string {
    let text = '';
    for (;;) {
      const percent = this.#format.indexOf('%', this.#at);
      text += this.#format.slice(this.#at, percent < 0 ? undefined : percent);
      if (percent < 0) break;
      this.#at = percent + 1;
      const shown = this.#verb();
      countWork(shown.length);
      text += shown;
    }
    return this.#isReordered ? text : text + this.#extra();
  }

  #verb(): string {
    this.#isGoodIndex = true;
    this.#isAfterIndex = false;
    const flags = this.#flags();
    this.#index();
    const faults = this.#width(flags) + this.#precision(flags);
    if (!this.#isAfterIndex) this.#index();
    if (this.#at >= this.#format.length) return `${faults}%!(NOVERB)`;
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0);
    this.#at += verb.length;
    return faults + this.#shown(verb, flags);
  }

  #shown(verb: string, flags: VerbFlags): string {
    if (verb === '%') return '%';
    if (!this.#isGoodIndex) return `%!${verb}(BADINDEX)`;
    if (this.#next >= this.#values.length) return `%!${verb}(MISSING)`;
    if (verb === 'v') {
      flags.sharpV = flags.sharp;
      flags.plusV = flags.plus;
      flags.sharp = flags.plus = false;
    }
    return formatValue(this.#values[this.#next++], verb, flags);
  }

  #flags(): VerbFlags {
    const flags = noFlags();
    for (; ; this.#at++) {
      const character = this.#format[this.#at];
      if (character === '#') flags.sharp = true;
      else if (character === '0') flags.zero = true;
      else if (character === '+') flags.plus = true;
      else if (character === '-') flags.minus = true;
      else if (character === ' ') flags.space = true;
      else return flags;
    }
  }

  #width(flags: VerbFlags): string {
    if (this.#format[this.#at] !== '*') {
      flags.width = this.#number();
      if (this.#isAfterIndex && flags.width !== undefined) this.#isGoodIndex = false;
      return '';
    }
    this.#at++;
    const width = this.#integerValue();
    this.#isAfterIndex = false;
    if (width === undefined) return '%!(BADWIDTH)';
    flags.width = Math.abs(width);
    if (width < 0) {
      flags.minus = true;
      flags.zero = false;
    }
    return '';
  }

  #precision(flags: VerbFlags): string {
    // A point at the very end is no precision but the verb.
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return '';
    this.#at++;
    if (this.#isAfterIndex) this.#isGoodIndex = false;
    this.#index();
    if (this.#format[this.#at] !== '*') {
      flags.precision = this.#number() ?? 0;
      return '';
    }
    this.#at++;
    const precision = this.#integerValue();
    this.#isAfterIndex = false;
    if (precision === undefined || precision < 0) return '%!(BADPREC)';
    flags.precision = precision;
    return '';
  }

  #number(): number | undefined {
    const digits = /^[0-9]+/.exec(this.#format.slice(this.#at, this.#at + 16))?.[0];
    if (digits === undefined) return undefined;
    if (Number(digits.slice(0, -1)) > TOO_LARGE) {
      this.#at = this.#format.length;
      return undefined;
    }
    this.#at += digits.length;
    return Number(digits);
  }

  #integerValue(): number | undefined {
    if (this.#next >= this.#values.length) return undefined;
    const value = this.#values[this.#next++];
    const integer = value instanceof Sized && baseType(value) !== 'float32' ? value.value : value;
    if (typeof integer !== 'bigint') return undefined;
    return integer > TOO_LARGE || integer < -TOO_LARGE ? undefined : Number(integer);
  }

  /** `[n]`, which says what value is next, counted from 1. */
  #index(): void {
    this.#isAfterIndex = false;
    if (this.#format[this.#at] !== '[') return;
    this.#isReordered = true;
    const close = this.#format.indexOf(']', this.#at);
    const digits = close < 0 ? '' : this.#format.slice(this.#at + 1, close);
    const isNumber = /^[0-9]{1,7}$/.test(digits);
    const index = Number(digits) - 1;
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    this.#isAfterIndex = isNumber;
    if (isNumber && index >= 0 && index < this.#values.length) this.#next = index;
    else this.#isGoodIndex = false;
  }

  #extra(): string {
    if (this.#next >= this.#values.length) return '';
    const shown = this.#values
      .slice(this.#next)
      .map((value) =>
        value === null || value === undefined ? '<nil>' : `${typeOf(value)}=${printValue(value)}`,
      );
    return `%!(EXTRA ${shown.join(', ')})`;
  }
}
