import { FunctionError } from '../errors.ts';
import { toBytes } from '../value/go-string.ts';
import { dayOfDate, type Instant, instantOf } from './instant.ts';
import { MONTHS, parseLayout, WEEKDAYS } from './layout.ts';
import { offsetAt, UTC, type Zone } from './zone.ts';

/** What has been read of a time. */
interface Read {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  isAfternoon: boolean | undefined;
  offset: number | undefined;
  zoneName: string | undefined;
}

/**
 * Reads a time by a layout, as Go's `time.ParseInLocation` does.
 *
 * @throws FunctionError with Go's message.
 */
export function parseTime(layout: string, text: string, zone: Zone): Instant {
  return new TimeReader(layout, text).read(zone);
}

class TimeReader {
  readonly #layout: string;
  readonly #text: string;
  #rest: string;
  readonly #read: Read = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    isAfternoon: undefined,
    offset: undefined,
    zoneName: undefined,
  };

  constructor(layout: string, text: string) {
    this.#layout = layout;
    this.#text = text;
    this.#rest = text;
  }

  read(zone: Zone): Instant {
    for (const { element, text } of parseLayout(this.#layout)) {
      if (element === '') this.#literal(text);
      else this.#element(element);
    }
    if (this.#rest !== '') throw this.#failure(`: extra text: ${quoted(this.#rest)}`);
    return this.#instant(zone);
  }

  /** Spaces of the layout stand for any number of them. */
  #literal(text: string): void {
    for (const character of text) {
      if (character === ' ') {
        if (this.#rest !== '' && this.#rest[0] !== ' ') throw this.#cannot(text, this.#rest);
        this.#rest = this.#rest.replace(/^ +/, '');
      } else if (this.#rest.startsWith(character)) this.#rest = this.#rest.slice(character.length);
      else throw this.#cannot(text, this.#rest);
    }
  }

  #element(element: string): void {
    const read = this.#read;
    const held = this.#rest;
    switch (element) {
      case '2006':
        read.year = this.#number(/^[0-9]{4}/, element);
        break;
      case '06': {
        const year = this.#number(/^[0-9]{2}/, element);
        read.year = year >= 69 ? 1900 + year : 2000 + year;
        break;
      }
      case 'January':
        read.month = this.#name(MONTHS, element) + 1;
        break;
      case 'Jan':
        read.month = this.#name(MONTHS.map(short), element) + 1;
        break;
      case '01':
      case '1':
        read.month = this.#within(element === '01' ? /^[0-9]{2}/ : /^[0-9]{1,2}/, element, 1, 12, 'month');
        break;
      case 'Monday':
        this.#name(WEEKDAYS, element);
        break;
      case 'Mon':
        this.#name(WEEKDAYS.map(short), element);
        break;
      case '02':
      case '2':
      case '_2':
        if (element === '_2') this.#rest = this.#rest.replace(/^ /, '');
        read.day = this.#number(element === '02' ? /^[0-9]{2}/ : /^[0-9]{1,2}/, element);
        break;
      case '002':
      case '__2':
        this.#rest = element === '__2' ? this.#rest.replace(/^ {1,2}/, '') : this.#rest;
        read.yearDay = this.#number(/^[0-9]{1,3}/, element);
        break;
      case '15':
        read.hour = this.#within(/^[0-9]{1,2}/, element, 0, 23, 'hour');
        break;
      case '03':
      case '3':
        read.hour = this.#within(element === '03' ? /^[0-9]{2}/ : /^[0-9]{1,2}/, element, 0, 12, 'hour');
        break;
      case '04':
      case '4':
        read.minute = this.#within(element === '04' ? /^[0-9]{2}/ : /^[0-9]{1,2}/, element, 0, 59, 'minute');
        break;
      case '05':
      case '5':
        read.second = this.#within(element === '05' ? /^[0-9]{2}/ : /^[0-9]{1,2}/, element, 0, 59, 'second');
        this.#optionalFraction();
        break;
      case 'PM':
      case 'pm': {
        const half = this.#take(element === 'PM' ? /^(?:AM|PM)/ : /^(?:am|pm)/, element, held);
        read.isAfternoon = half.toLowerCase() === 'pm';
        break;
      }
      case 'MST':
        this.#zoneName(element);
        break;
      default:
        if (/^[.,]/.test(element)) this.#fraction(element);
        else this.#offset(element);
    }
  }

  #number(pattern: RegExp, element: string): number {
    return Number(this.#take(pattern, element, this.#rest));
  }

  #within(pattern: RegExp, element: string, least: number, most: number, what: string): number {
    const value = this.#number(pattern, element);
    if (value < least || value > most) throw this.#failure(`: ${what} out of range`);
    return value;
  }

  #take(pattern: RegExp, element: string, held: string): string {
    const found = pattern.exec(this.#rest)?.[0];
    if (found === undefined) throw this.#cannot(element, held);
    this.#rest = this.#rest.slice(found.length);
    return found;
  }

  #name(names: readonly string[], element: string): number {
    const rest = this.#rest.toLowerCase();
    const index = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
    if (index < 0) throw this.#cannot(element, this.#rest);
    this.#rest = this.#rest.slice(names[index]?.length);
    return index;
  }

  /** Behind seconds a fraction may stand that the layout does not name. */
  #optionalFraction(): void {
    const following = parseLayout(this.#layout).some(({ element }) => /^[.,]/.test(element));
    const found = following ? undefined : /^[.,][0-9]+/.exec(this.#rest)?.[0];
    if (found === undefined) return;
    this.#read.nanoseconds = Number(found.slice(1, 10).padEnd(9, '0'));
    this.#rest = this.#rest.slice(found.length);
  }

  #fraction(element: string): void {
    const digits = element.length - 1;
    const pattern = element[1] === '0' ? new RegExp(`^[.,][0-9]{${digits}}`) : /^(?:[.,][0-9]{1,9})?/;
    const found = this.#take(pattern, element, this.#rest);
    if (found !== '') this.#read.nanoseconds = Number(found.slice(1).padEnd(9, '0').slice(0, 9));
  }

  #offset(element: string): void {
    if (element.startsWith('Z') && this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      this.#read.offset = 0;
      return;
    }
    const colon = element.includes(':') ? ':' : '';
    const digits = element.replace(/[^0-9]/g, '').length;
    const source = `^[+-][0-9]{2}${digits >= 4 ? `${colon}[0-9]{2}` : ''}${digits >= 6 ? `${colon}[0-9]{2}` : ''}`;
    const found = this.#take(new RegExp(source), element, this.#rest);
    const [hours = 0, minutes = 0, seconds = 0] = (found.match(/[0-9]{2}/g) ?? []).map(Number);
    if (hours > 24) throw this.#failure(': time zone offset hour out of range');
    if (minutes > 60) throw this.#failure(': time zone offset minute out of range');
    this.#read.offset = (found.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  }

  #zoneName(element: string): void {
    if (this.#rest.startsWith('UTC')) {
      this.#rest = this.#rest.slice(3);
      this.#read.offset = 0;
      return;
    }
    this.#read.zoneName = this.#take(
      /^(?:GMT[+-][0-9]{1,2}|[+-][0-9]{2}(?:[0-9]{2})?|[A-Z]{3,5})/,
      element,
      this.#rest,
    );
  }

  #instant(zone: Zone): Instant {
    const { year, isAfternoon, offset, zoneName } = this.#read;
    let { hour } = this.#read;
    if (isAfternoon === true && hour < 12) hour += 12;
    else if (isAfternoon === false && hour === 12) hour = 0;
    const date = this.#date(year);
    const at = { ...this.#read, ...date, year, hour };
    if (offset !== undefined) return instantOf(at, offset === 0 ? UTC : this.#zoneOf(offset, at, zone));
    if (zoneName === undefined) return instantOf(at, zone);
    const local = instantOf(at, zone);
    if (offsetAt(zone, Number(local.seconds)).name === zoneName) return local;
    const hours = /^GMT([+-][0-9]{1,2})$/.exec(zoneName)?.[1];
    return instantOf(at, { name: zoneName, offset: Number(hours ?? 0) * 3600 });
  }

  /** The zone that was named, where its distance is the one at that time; one of that distance otherwise. */
  #zoneOf(offset: number, at: Parameters<typeof instantOf>[0], zone: Zone): Zone {
    const fixed: Zone = { name: this.#read.zoneName ?? '', offset };
    const { seconds } = instantOf(at, fixed);
    const there = offsetAt(zone, Number(seconds));
    const isSame =
      there.offset === offset && (this.#read.zoneName === undefined || there.name === this.#read.zoneName);
    return isSame ? zone : fixed;
  }

  #date(year: number): { month: number; day: number } {
    const { month, day, yearDay } = this.#read;
    if (yearDay !== undefined) {
      const length = Number(dayOfDate(year + 1, 1, 1) - dayOfDate(year, 1, 1));
      if (yearDay < 1 || yearDay > length) throw this.#failure(': day-of-year out of range');
      if (month === undefined) return { month: 1, day: yearDay };
    }
    const [m, d] = [month ?? 1, day ?? 1];
    const length = Number(dayOfDate(year, m + 1, 1) - dayOfDate(year, m, 1));
    if (d < 1 || d > length) throw this.#failure(': day out of range');
    return { month: m, day: d };
  }

  #cannot(element: string, held: string): FunctionError {
    return this.#failure(` as ${quoted(this.#layout)}: cannot parse ${quoted(held)} as ${quoted(element)}`);
  }

  #failure(words: string): FunctionError {
    return new FunctionError(`parsing time ${quoted(this.#text)}${words}`);
  }
}

const short = (name: string): string => name.slice(0, 3);

/** The package `time` has quotes of its own: bytes that are not ASCII, and control characters, as `\\xNN`. */
function quoted(text: string): string {
  const shown = Array.from(toBytes(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, '0')}`;
    return character === '"' || character === '\\' ? `\\${character}` : character;
  });
  return `"${shown.join('')}"`;
}
