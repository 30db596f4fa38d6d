import { parseTimeValue, quoteRune, quoteString } from '@gitops-toolkit/go-template';
import { compilePattern } from '@gitops-toolkit/schema/pattern';

/** Says what is wrong with a text of a format, in the words of the Go package `santhosh-tekuri/jsonschema`. */
type FormatCheck = (text: string) => string | undefined;

function firstOutside(text: string, allowed: RegExp): string | undefined {
  const found = Array.from(text).find((character) => !allowed.test(character));
  return found === undefined ? undefined : quoteRune(found);
}

/** What Go's compiler of regular expressions says; `undefined` for one that it takes. */
export function regexFault(text: string): string | undefined {
  return compilePattern(text).error;
}

function ipv4(text: string): string | undefined {
  const groups = text.split('.');
  if (groups.length !== 4) return 'expected four decimals';
  for (const group of groups) {
    if (/^0./.test(group)) return 'leading zeros';
    if (!/^[+-]?\d+$/.test(group)) return `strconv.Atoi: parsing ${quoteString(group)}: invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return 'decimal must be between 0 and 255';
  }
  return undefined;
}

function ipv6(text: string): string | undefined {
  if (!text.includes(':')) return 'missing colon';
  if (text.includes('%')) return 'zone id is not a part of ipv6 address';
  const isValid = URL.canParse(`http://[${text}]/`) && !/[^0-9a-fA-F:.]/.test(text);
  return isValid ? undefined : `ParseAddr(${quoteString(text)}): unable to parse IP`;
}

function hostname(text: string): string | undefined {
  const name = text.replace(/\.$/, '');
  if (name.length > 253) return 'more than 253 characters long';
  for (const label of name.split('.')) {
    if (label.length < 1 || label.length > 63) return 'label must be 1 to 63 characters long';
    if (label.startsWith('-')) return 'label starts with hyphen';
    if (label.endsWith('-')) return 'label ends with hyphen';
    const outside = firstOutside(label, /^[a-zA-Z0-9-]$/);
    if (outside !== undefined) return `invalid character ${outside}`;
  }
  return undefined;
}

function emailLocal(local: string): string | undefined {
  if (local.length > 64) return 'local part more than 64 characters long';
  if (local.length > 1 && local.startsWith('"')) {
    const isWrong = /["\\]/.test(local.slice(1, -1));
    return isWrong ? 'backslash and quote are not allowed within quoted local part' : undefined;
  }
  if (local.startsWith('.')) return 'starts with dot';
  if (local.endsWith('.')) return 'ends with dot';
  if (local.includes('..')) return 'consecutive dots';
  const outside = firstOutside(local, /^[a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]$/);
  return outside === undefined ? undefined : `invalid character ${outside}`;
}

function email(text: string): string | undefined {
  if (text.length > 254) return 'more than 255 characters long';
  const at = text.lastIndexOf('@');
  if (at < 0) return 'missing @';
  const fault = emailLocal(text.slice(0, at));
  if (fault !== undefined) return fault;
  const domain = text.slice(at + 1);
  const literal = /^\[(IPv6:)?(.*)\]$/s.exec(domain);
  if (!literal) return within('invalid domain', hostname(domain));
  const [, isSix, address = ''] = literal;
  return isSix === undefined
    ? within('invalid ipv4 address', ipv4(address))
    : within('invalid ipv6 address', ipv6(address));
}

const within = (what: string, fault: string | undefined): string | undefined =>
  fault === undefined ? undefined : `${what}: ${fault}`;

function date(text: string): string | undefined {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTimeValue('2006-01-02', text) !== undefined;
  return isDate ? undefined : `parsing time ${quoteString(text)} as "2006-01-02": cannot parse`;
}

function time(text: string): string | undefined {
  if (text.length < 9) return 'less than 9 characters long';
  if (text[2] !== ':' || text[5] !== ':') return 'missing colon in correct place';
  const parts = text.slice(0, 8).split(':');
  if (!parts.every((part) => /^\d+$/.test(part))) return 'invalid hour/min/sec';
  const [hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (hour > 23 || minute > 59 || second > 60) return 'hour/min/sec out of range';
  const fraction = /^\.(\d*)/.exec(text.slice(8));
  if (fraction?.[1] === '') return 'no digits in second fraction';
  const zone = text.slice(8 + (fraction?.[0].length ?? 0));
  const offset = zoneMinutes(zone);
  if (typeof offset === 'string') return offset;
  const minutes = (hour * 60 + minute - offset + 1440) % 1440;
  return second === 60 && minutes !== 1439 ? 'invalid leap second' : undefined;
}

function zoneMinutes(zone: string): number | string {
  if (zone === 'z' || zone === 'Z') return 0;
  if (zone.length !== 6) return 'offset must be 6 characters long';
  if (!/^[+-]/.test(zone)) return 'offset must begin with plus/minus';
  if (zone[3] !== ':') return 'missing colon in offset in correct place';
  const [hour = 0, minute = 0] = zone.slice(1).split(':').map(Number);
  if (Number.isNaN(hour) || Number.isNaN(minute)) return 'invalid hour/min in offset';
  if (hour > 23 || minute > 59) return 'hour/min in offset out of range';
  return (zone.startsWith('-') ? -1 : 1) * (hour * 60 + minute);
}

function dateTime(text: string): string | undefined {
  if (text.length < 20) return 'less than 20 characters long';
  if (!/^[tT]$/.test(text[10] ?? '')) return '11th character must be t or T';
  return (
    within('invalid date element', date(text.slice(0, 10))) ??
    within('invalid time element', time(text.slice(11)))
  );
}

function uuid(text: string): string | undefined {
  const sizes = [8, 4, 4, 4, 12];
  const groups = text.split('-');
  if (groups.length !== sizes.length) return `must have ${sizes.length} elements`;
  for (const [i, group] of groups.entries()) {
    if (group.length !== sizes[i]) return `element ${i + 1} must be ${sizes[i]} characters long`;
    const outside = firstOutside(group, /^[0-9a-fA-F]$/);
    if (outside !== undefined) return `non-hex character ${outside}`;
  }
  return undefined;
}

function duration(text: string): string | undefined {
  if (!text.startsWith('P')) return 'must start with P';
  const rest = text.slice(1);
  if (rest === '') return 'nothing after P';
  if (rest.endsWith('W')) {
    if (rest === 'W') return 'no number in week';
    return /^\d+W$/.test(rest) ? undefined : 'invalid week';
  }
  const parts = rest.split('T');
  if (parts.length > 2) return 'more than one T';
  if (parts[1] === '') return 'no time elements';
  return durationPart(parts[0] ?? '', 'YMD') ?? durationPart(parts[1] ?? '', 'HMS');
}

function durationPart(text: string, all: string): string | undefined {
  let units = all;
  for (let rest = text; rest !== '';) {
    const digits = /^\d*/.exec(rest)?.[0].length ?? 0;
    if (digits === 0) return 'missing number';
    const unit = rest[digits];
    if (unit === undefined) return 'missing unit';
    const at = units.indexOf(unit);
    if (at < 0)
      return all.includes(unit) ? `unit ${quoteRune(unit)} out of order` : `invalid unit ${quoteRune(unit)}`;
    units = units.slice(at + 1);
    rest = rest.slice(digits + 1);
  }
  return undefined;
}

/** What Go's `net/url` does not take. */
function reference(text: string): string | undefined {
  const fault = (what: string): string => `parse ${quoteString(text)}: ${what}`;
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return fault('net/url: invalid control character in URL');
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text.split('?', 1)[0] ?? '');
  if (escape) return fault(`invalid URL escape ${quoteString(escape[0])}`);
  if (text.startsWith(':')) return fault('missing protocol scheme');
  if (/^[^/?#]*:/.test(text) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text)) {
    return fault('first path segment in URL cannot contain colon');
  }
  const host = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  if (/[ <>"]/.test(host))
    return fault(`invalid character ${quoteString(/[ <>"]/.exec(host)?.[0] ?? '')} in host name`);
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  return port !== undefined && !/^\d*$/.test(port)
    ? fault(`invalid port ${quoteString(`:${port}`)} after host`)
    : undefined;
}

function uri(text: string): string | undefined {
  return reference(text) ?? (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) ? undefined : 'relative url');
}

const uriReference = (text: string): string | undefined =>
  text.includes('\\') ? 'contains \\' : reference(text);

function jsonPointer(text: string): string | undefined {
  if (text === '') return undefined;
  if (!text.startsWith('/')) return 'not starting with /';
  return /~(?![01])/.test(text) ? '~ must be followed by 0 or 1' : undefined;
}

function relativeJsonPointer(text: string): string | undefined {
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  if (digits === '') return 'must start with non-negative integer';
  if (/^0./.test(digits)) return 'starts with zero';
  const rest = text.slice(digits.length);
  return rest === '#' ? undefined : jsonPointer(rest);
}

function period(text: string): string | undefined {
  const [start = '', end] = text.split(/\/(.*)/s);
  if (end === undefined) return 'missing slash';
  if (start.startsWith('P')) {
    return (
      within('invalid start duration', duration(start)) ?? within('invalid end date-time', dateTime(end))
    );
  }
  const fault = within('invalid start date-time', dateTime(start));
  if (fault !== undefined) return fault;
  return end.startsWith('P')
    ? within('invalid end duration', duration(end))
    : within('invalid end date-time', dateTime(end));
}

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;

const semver = (text: string): string | undefined =>
  SEMVER.test(text) ? undefined : 'versionCore must have 3 numbers separated by dot';

/** The formats by their names. Others are not checked. */
export const FORMATS: ReadonlyMap<string, FormatCheck> = new Map(
  Object.entries({
    regex: regexFault,
    'json-pointer': jsonPointer,
    'relative-json-pointer': relativeJsonPointer,
    uuid,
    duration,
    period,
    ipv4,
    ipv6,
    hostname,
    email,
    date,
    time,
    'date-time': dateTime,
    uri,
    iri: uri,
    'uri-reference': uriReference,
    'iri-reference': uriReference,
    semver,
  }),
);
