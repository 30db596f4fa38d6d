import { isCidr, isIpv4, isIpv6 } from './ip-address.ts';
import { isRequestUri } from './request-uri.ts';

type Check = (text: string) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

/**
 * The formats that the API server checks, by their names without hyphens. Others are ignored.
 * All patterns here are bounded or linear: they run on a tenant's text.
 */
const FORMATS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bsonobjectid', matches(/^[0-9a-fA-F]{24}$/)],
  ['byte', matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/)],
  ['cidr', isCidr],
  ['creditcard', isCreditCard],
  ['date', isDate],
  ['datetime', isDateTime],
  ['duration', isDuration],
  ['email', isEmail],
  ['hexcolor', matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)],
  ['hostname', isHostname],
  [
    'ipv4',
    (text) =>
      text.includes('.') && (isIpv4(text, { leadingZeros: true }) || isIpv6(text, { leadingZeros: true })),
  ],
  ['ipv6', (text) => isIpv6(text, { leadingZeros: false })],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  [
    'k8slongname',
    (text) =>
      text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text),
  ],
  ['k8sshortname', (text) => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)],
  ['mac', isMac],
  ['password', () => true],
  ['rgbcolor', isRgbColor],
  ['ssn', (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)],
  ['uri', isRequestUri],
  ['uuid', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ['uuid3', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ['uuid4', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ['uuid5', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
]);

/**
 * The check of a format, or `undefined` for one that the API server ignores, as it does those of
 * numbers (`int32`, `double`).
 */
export function formatCheck(format: string): Check | undefined {
  return FORMATS.get(format.replaceAll('-', ''));
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return year !== undefined && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const [, hours = '', minutes = '', seconds = ''] =
    /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time) ?? [];
  return isDate(date) && hours !== '' && hours <= '23' && minutes <= '59' && seconds <= '59';
}

/** Units of Scala's durations: the last of each may be the start of a longer word (`seconds`). */
const DURATION_UNITS: readonly (readonly string[])[] = [
  ['ns', 'nano'],
  ['us', 'µs', 'micro'],
  ['ms', 'milli'],
  ['s', 'sec'],
  ['m', 'min'],
  ['h', 'hr', 'hour'],
  ['d', 'day'],
  ['w', 'wk', 'week'],
];

/** A Go duration, or else anything that holds a Scala one (`3 days`). */
function isDuration(text: string): boolean {
  if (/^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return true;
  const parts = [...text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)];
  return parts.some(([, , unit = '']) => isDurationUnit(unit.toLowerCase()));
}

function isDurationUnit(unit: string): boolean {
  return DURATION_UNITS.some((names) => names.includes(unit) || unit.startsWith(names.at(-1) as string));
}

/** An address as Go's `mail.ParseAddress` takes it, with or without a name before it. */
function isEmail(text: string): boolean {
  const [, named] = /^[^<>@]*<([^<>]*)>\s*$/.exec(text) ?? [];
  const address = named ?? text.trim();
  const at = address.lastIndexOf('@');
  if (at < 0) return false;
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  const isQuoted = /^"(?:[^"\\\r\n]|\\.)*"$/.test(local);
  return (isQuoted || isDotAtom(local)) && (isDotAtom(domain) || /^\[[^[\]\\]*\]$/.test(domain));
}

function isDotAtom(text: string): boolean {
  return text.split('.').every((atom) => /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\u{10ffff}]+$/u.test(atom));
}

const HOST_WORD = /^[a-zA-Z0-9\p{S}\p{L}]-?[a-zA-Z0-9\p{S}\p{L}]{0,62}$/u;
const HOST_LABEL = /^[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\p{S}\p{L}-]{0,61}[a-zA-Z0-9\p{S}\p{L}])?$/u;
const HOST_TOP_LEVEL = /^[a-zA-Z\p{L}]{2,63}$/u;

/** A single word, or labels with a top level of letters at the end. */
function isHostname(text: string): boolean {
  if (new TextEncoder().encode(text).length > 255) return false;
  const labels = text.split('.');
  const last = labels.pop() ?? '';
  if (labels.length === 0) return HOST_WORD.test(last);
  return HOST_TOP_LEVEL.test(last) && labels.every((label) => HOST_LABEL.test(label));
}

/** 6, 8 or 20 bytes: in twos with `:` or `-` between, in fours with dots, or without anything between. */
function isMac(text: string): boolean {
  for (const bytes of [6, 8, 20]) {
    if (new RegExp(`^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\\1){${bytes - 2}}[0-9a-f]{2}$`, 'i').test(text))
      return true;
    if (new RegExp(`^(?:[0-9a-f]{4}\\.){${bytes / 2 - 1}}[0-9a-f]{4}$`, 'i').test(text)) return true;
    if (text.length === bytes * 2 && /^[0-9a-f]+$/i.test(text)) return true;
  }
  return false;
}

function isRgbColor(text: string): boolean {
  const [, ...channels] = /^rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text) ?? [];
  return (
    channels.length === 3 &&
    channels.every((channel) => /^(?:0|[1-9]\d{0,2})$/.test(channel) && Number(channel) <= 255)
  );
}

const CARD_NUMBERS =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (!CARD_NUMBERS.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.at(-1 - i));
    const weighted = i % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = digits
    .split('')
    .reduce((total, digit, i) => total + (i + 1) * (digit === 'X' ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = digits.split('').reduce((total, digit, i) => total + (i % 2 === 0 ? 1 : 3) * Number(digit), 0);
  return sum % 10 === 0;
}
